using System.Diagnostics.CodeAnalysis;

namespace Connect.Contracts.Refusals;

/// <summary>
/// Why a use case refuses. Each door says it in its own words: the doors of version 1 use the error of the wire with
/// the same name and number.
/// </summary>
public enum RefusalReason : ushort
{
    /// <summary>Not refused.</summary>
    None = 0,

    /// <summary>The request, or one of its lists or texts, is larger than allowed.</summary>
    TooLarge = 102,

    /// <summary>The credentials are not valid.</summary>
    Unauthenticated = 201,

    /// <summary>The caller may not do this.</summary>
    Forbidden = 203,

    /// <summary>It does not exist, or the caller may not know that it does.</summary>
    NotFound = 301,

    /// <summary>A field has a value that is not allowed.</summary>
    Invalid = 302,

    /// <summary>It exists already with other content.</summary>
    Conflict = 303,

    /// <summary>An earlier message of this device is missing: send all of them again, oldest first.</summary>
    Predecessor = 304,

    /// <summary>An unknown cid whose time is too old or too far ahead.</summary>
    TooOld = 305,

    /// <summary>The caller was a member and no longer is.</summary>
    NotMember = 306,

    /// <summary>The group has no room left.</summary>
    GroupFull = 307,

    /// <summary>The caller's budget is spent for now.</summary>
    RateLimited = 401,

    /// <summary>The node is too busy for this request.</summary>
    Overloaded = 402,

    /// <summary>A fault of the server.</summary>
    Internal = 501,

    /// <summary>Nothing happened; the same request may succeed later.</summary>
    Unavailable = 502,

    /// <summary>It may have happened: repeat the request with the same key to find out.</summary>
    UnknownOutcome = 503,
}

/// <summary>Why a request was refused.</summary>
/// <param name="Reason">What went wrong.</param>
/// <param name="Detail">In words for people; null = the door's usual sentence for the reason.</param>
/// <param name="Field">The field of the request that is at fault.</param>
/// <param name="RetryAfter">How long to wait before a retry; zero = not said.</param>
public sealed record Refusal(
    RefusalReason Reason,
    string? Detail = null,
    string? Field = null,
    TimeSpan RetryAfter = default
);

/// <summary>A value, or why there is none.</summary>
public readonly struct Answer<T>
    where T : class
{
    private readonly T? _value;
    private readonly Refusal? _refusal;

    private Answer(T? value, Refusal? refusal) => (_value, _refusal) = (value, refusal);

    public static implicit operator Answer<T>(T value) => new(value, null);

    public static implicit operator Answer<T>(Refusal refusal) => new(null, refusal);

    public bool TryGet([NotNullWhen(true)] out T? value, [NotNullWhen(false)] out Refusal? refusal)
    {
        (value, refusal) = (_value, _refusal);
        return value is not null;
    }
}
