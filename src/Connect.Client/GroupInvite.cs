namespace Connect.Client;

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
