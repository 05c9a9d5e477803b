using Role = Connect.Protocol.V1.Role;

namespace Connect.Client;

/// <summary>Somebody in a group.</summary>
/// <param name="User">Their id.</param>
/// <param name="Username">Their name; empty when the account is gone.</param>
/// <param name="Role">Their role; <see cref="Role.Unspecified"/> for one who is only invited.</param>
/// <param name="InvitedBy">Who invited them; empty for a member.</param>
public sealed record GroupMember(string User, string Username, Role Role, string InvitedBy)
{
    /// <summary>Invited, but not a member yet.</summary>
    public bool IsInvited => InvitedBy.Length > 0;

    /// <summary>Never the name: it must not get into a log.</summary>
    public override string ToString() => $"{User} {Role}";
}
