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

/// <summary>Every conversation is in this cluster, whatever cell its id names: there is one cell today.</summary>
public sealed class ConversationRouter(IGrainFactory grains) : IConversations
{
    /// <summary>
    /// What a reference to a conversation has besides its key. To ask for a grain by its interface costs a search
    /// among the attributes of that interface, every time.
    /// </summary>
    private Kind? _kind;

    private sealed record Kind(GrainType Grain, GrainInterfaceType Interface);

    public Task<AppendReply> AppendAsync(ConversationId conversation, AppendRequest request) =>
        Find(conversation).AppendAsync(request);

    public Task<MarkReply> MarkAsync(ConversationId conversation, MarkRequest request) =>
        Find(conversation).MarkAsync(request);

    public Task<ChangeReply> ChangeAsync(ConversationId conversation, ChangeRequest request) =>
        Find(conversation).ChangeAsync(request);

    public Task RefreshAsync(ConversationId conversation) => Find(conversation).RefreshAsync();

    private IConversationGrain Find(ConversationId conversation)
    {
        if (Volatile.Read(ref _kind) is not { } kind)
        {
            var found = grains.GetConversation(conversation);
            if (found is GrainReference reference)
            {
                Volatile.Write(ref _kind, new(reference.GrainId.Type, reference.InterfaceType));
            }

            return found;
        }

        var key = GrainIdKeyExtensions.CreateGuidKey(conversation.ToGrainKey());
        return (IConversationGrain)grains.GetGrain(GrainId.Create(kind.Grain, key), kind.Interface);
    }
}
