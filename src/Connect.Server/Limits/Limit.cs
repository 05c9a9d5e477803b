using Connect.Server.Configuration;

namespace Connect.Server.Limits;

/// <summary>One limit of the product (ADR 0013).</summary>
/// <param name="Sources">
/// Where its value stands, <c>Type.Member</c>, more of them with a space between; all have the same value.
/// </param>
/// <param name="What">What is limited, with the unit.</param>
/// <param name="AtLimit">What happens at the limit.</param>
/// <param name="Tests">The tests that prove it, <c>Class.Method</c>, more of them with a space between.</param>
public sealed record Limit(string Sources, string What, string AtLimit, string Tests)
{
    /// <summary>Each place where its value stands.</summary>
    public IReadOnlyList<LimitSource> Places { get; } = [.. Sources.Split(' ').Select(LimitSource.Find)];

    /// <summary>Each test that proves it.</summary>
    public IReadOnlyList<string> Proofs { get; } = Tests.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The setting that changes it; null when it is fixed.</summary>
    public Setting? Setting => Places.Select(each => each.Setting).FirstOrDefault(each => each is not null);

    /// <summary>Its value when nothing is set, as people read it.</summary>
    public string Default => Places[0].Text;
}
