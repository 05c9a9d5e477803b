using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Conversations.Routing;

namespace Connect.Tests.AccountLife;

/// <summary>No conversation has a writer here: there are no groups.</summary>
internal sealed class NoGroups : IConversations
{
    public Task<AppendReply> AppendAsync(ConversationId conversation, AppendRequest request) => throw None();

    public Task<MarkReply> MarkAsync(ConversationId conversation, MarkRequest request) => throw None();

    public Task<ChangeReply> ChangeAsync(ConversationId conversation, ChangeRequest request) => throw None();

    public Task RefreshAsync(ConversationId conversation) => throw None();

    private static InvalidOperationException None() => new("There is no group here.");
}
