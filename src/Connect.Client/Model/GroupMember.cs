using Role = Connect.Protocol.V1.Role;

namespace Connect.Client;

/// <summary>A current, invited or former member of a group.</summary>
/// <param name="User">Their id.</param>
/// <param name="Username">Their name; empty when the account is gone.</param>
/// <param name="Role">Their role; <see cref="Role.Unspecified"/> for one who is not a member.</param>
/// <param name="InvitedBy">Who invited them; empty for everybody else.</param>
public sealed record GroupMember(string User, string Username, Role Role, string InvitedBy)
{
    /// <summary>Invited, but not a member yet.</summary>
    public bool IsInvited => InvitedBy.Length > 0;

    /// <summary>Was a member while this user was one.</summary>
    public bool IsFormer => Role == Role.Unspecified && !IsInvited;

    /// <summary>Never the name: it must not get into a log.</summary>
    public override string ToString() => $"{User} {Role}";
}

/// <summary>The outcome of adding users to a group.</summary>
/// <param name="Added">Now members: contacts of this user.</param>
/// <param name="Invited">Not contacts, so they were invited and decide for themselves.</param>
public sealed record GroupAddition(IReadOnlyList<string> Added, IReadOnlyList<string> Invited);

/// <summary>An invite that waits for this user's answer; nothing else is seen of the group.</summary>
/// <param name="Conversation">The group.</param>
/// <param name="Title">Its title.</param>
/// <param name="MemberCount">Its members now.</param>
/// <param name="InvitedBy">The id of the user who invites.</param>
/// <param name="InvitedByUsername">Their name; empty when the account is gone.</param>
/// <param name="InvitedAt">When.</param>
/// <param name="ExpiresAt">When it lapses.</param>
public sealed record GroupInvite(
    string Conversation,
    string Title,
    int MemberCount,
    string InvitedBy,
    string InvitedByUsername,
    DateTimeOffset InvitedAt,
    DateTimeOffset ExpiresAt
)
{
    /// <summary>Never the title or the name: they must not get into a log.</summary>
    public override string ToString() => $"{Conversation} by {InvitedBy}";
}
