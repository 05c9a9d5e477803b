using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;

namespace Connect.Gateway.Commands;

/// <summary>Every conversation is in this cluster, whatever cell its id names: there is one cell today.</summary>
internal sealed class ConversationRouter(IGrainFactory grains) : IConversations
{
    public Task<AppendReply> AppendAsync(ConversationId conversation, AppendRequest request) =>
        grains.GetConversation(conversation).AppendAsync(request);

    public Task<MarkReply> MarkAsync(ConversationId conversation, MarkRequest request) =>
        grains.GetConversation(conversation).MarkAsync(request);

    public Task<ChangeReply> ChangeAsync(ConversationId conversation, ChangeRequest request) =>
        grains.GetConversation(conversation).ChangeAsync(request);

    public Task RefreshAsync(ConversationId conversation) => grains.GetConversation(conversation).RefreshAsync();
}
