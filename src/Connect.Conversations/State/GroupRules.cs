using Connect.Contracts.Conversations;

namespace Connect.Conversations.State;

/// <summary>
/// Who may do what in a group (protocol.md, Groups): owner and admins add, invite, rename, and remove or re-role those
/// below their own role; everybody may leave. Pure.
/// </summary>
internal static class GroupRules
{
    /// <summary>May add, invite and rename.</summary>
    public static bool MayManage(Member? actor) => actor is { Role: MemberRole.Admin or MemberRole.Owner };

    /// <summary>May remove or re-role the other.</summary>
    public static bool IsAbove(Member actor, Member other) => MayManage(actor) && actor.Role > other.Role;

    /// <summary>
    /// May give a role: one up to their own, to somebody below them. An owner who gives theirs away becomes an admin.
    /// </summary>
    public static bool MayGive(Member actor, Member other, MemberRole role) =>
        IsAbove(actor, other) && role is > MemberRole.None && role <= actor.Role;

    /// <summary>May take an invite back: who made it, and whoever manages the group.</summary>
    public static bool MayWithdraw(Member actor, Invitation invitation) =>
        invitation.By == actor.User || MayManage(actor);

    /// <summary>
    /// Who follows an owner that leaves: the longest-standing admin, else the longest-standing member; null when nobody
    /// is left.
    /// </summary>
    public static Member? FindHeir(IEnumerable<Member> members, Member owner) =>
        members
            .Where(member => member.IsPresent && member.User != owner.User)
            .OrderByDescending(member => member.Role)
            .ThenBy(member => member.Since)
            .ThenBy(member => member.User)
            .FirstOrDefault();
}
