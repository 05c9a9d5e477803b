using Connect.Contracts.Identifiers;

namespace Connect.Http.Routes;

/// <summary>The idempotency key of a change.</summary>
internal static class ChangeKey
{
    /// <summary>Reads the header; its draft has the value in quotes, most clients leave them out.</summary>
    public static bool TryRead(string? header, out Cid cid) => Cid.TryParse(header?.Trim('"'), out cid);

    /// <summary>For a change that is the same when it is asked for again.</summary>
    public static Cid New(TimeProvider time) => new(Guid.CreateVersion7(time.GetUtcNow()));
}
