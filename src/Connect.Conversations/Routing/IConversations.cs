using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;

namespace Connect.Conversations.Routing;

/// <summary>
/// The router: how a gateway reaches the writer of a conversation, wherever it is. A thrown exception means that the
/// outcome is unknown.
/// </summary>
public interface IConversations
{
    Task<AppendReply> AppendAsync(ConversationId conversation, AppendRequest request);

    Task<MarkReply> MarkAsync(ConversationId conversation, MarkRequest request);

    Task<ChangeReply> ChangeAsync(ConversationId conversation, ChangeRequest request);

    /// <summary>See <see cref="IConversationGrain.RefreshAsync"/>.</summary>
    Task RefreshAsync(ConversationId conversation);
}
