namespace Connect.Server.Limits;

/// <summary>Limits that belong together.</summary>
/// <param name="Title">The heading in docs/limits.md.</param>
/// <param name="Limits">The limits.</param>
public sealed record LimitGroup(string Title, IReadOnlyList<Limit> Limits);
