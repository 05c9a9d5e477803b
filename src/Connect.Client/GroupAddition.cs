namespace Connect.Client;

/// <summary>What became of users that were to be added to a group.</summary>
/// <param name="Added">Are members now: contacts of this user.</param>
/// <param name="Invited">Are no contacts, so they were invited and decide for themselves.</param>
public sealed record GroupAddition(IReadOnlyList<string> Added, IReadOnlyList<string> Invited);
