using Role = Connect.Protocol.V1.Role;

namespace Connect.Client;

/// <summary>Somebody who is in a group, is invited to it, or was in it.</summary>
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
