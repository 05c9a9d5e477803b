using Connect.Protocol.V1;

namespace Connect.Client;

/// <summary>What a change of membership, role or title did.</summary>
/// <param name="User">The member concerned; empty when none is.</param>
/// <param name="Role">The new role.</param>
/// <param name="Title">The new title; empty when it did not change.</param>
/// <param name="Users">The first members of a new group.</param>
public sealed record EntryChange(string User, Role Role, string Title, IReadOnlyList<string> Users)
{
    /// <summary>Never the title: it must not get into a log.</summary>
    public override string ToString() => $"{User} {Role}";
}
