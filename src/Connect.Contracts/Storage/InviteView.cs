using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Storage;

/// <summary>
/// A group as a user sees it who is invited to it: title, inviter and member count, nothing else (promise 6).
/// </summary>
/// <param name="Conversation">Which.</param>
/// <param name="Title">The group's title.</param>
/// <param name="MemberCount">Present members.</param>
/// <param name="Invitation">By whom and since when.</param>
public sealed record InviteView(ConversationId Conversation, string? Title, int MemberCount, Invitation Invitation);
