using Connect.Contracts.Conversations;

namespace Connect.Http.Routes;

/// <summary>Roles as HTTP bodies name them: the names of the wire.</summary>
internal static class RoleNames
{
    public static string? Of(MemberRole role) =>
        role switch
        {
            MemberRole.Member => "member",
            MemberRole.Admin => "admin",
            MemberRole.Owner => "owner",
            _ => null,
        };

    public static bool TryParse(string text, out MemberRole role)
    {
        role = text switch
        {
            "member" => MemberRole.Member,
            "admin" => MemberRole.Admin,
            "owner" => MemberRole.Owner,
            _ => MemberRole.None,
        };
        return role != MemberRole.None;
    }
}
