using System.Collections.Concurrent;
using System.Collections.Immutable;
using Connect.Contracts.Accounts;
using Connect.Contracts.Conversations;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Conversations.Routing;
using Connect.Conversations.Writing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Connect.Tests.Http;

/// <summary>The real writers of conversations without a cluster: one pump each, on a scheduler of its own.</summary>
internal sealed class PumpConversations(
    IConversationStore store,
    IConversationIndex index,
    ISessionHub hub,
    IRelations relations,
    TimeProvider time
) : IConversations, IPublisher
{
    private readonly ConcurrentDictionary<ConversationId, Writer> _writers = new();

    public Task<AppendReply> AppendAsync(ConversationId conversation, AppendRequest request) =>
        Of(conversation).RunAsync(pump => pump.AppendAsync(request));

    public Task<MarkReply> MarkAsync(ConversationId conversation, MarkRequest request) =>
        Of(conversation).RunAsync(pump => pump.MarkAsync(request));

    public Task<ChangeReply> ChangeAsync(ConversationId conversation, ChangeRequest request) =>
        Of(conversation).RunAsync(pump => pump.ChangeAsync(request));

    public Task RefreshAsync(ConversationId conversation) =>
        Of(conversation)
            .RunAsync(pump =>
            {
                pump.Refresh();
                return Task.FromResult(true);
            });

    /// <summary>Waits until each writer has come to what was asked of it before.</summary>
    public Task IdleAsync() =>
        Task.WhenAll(_writers.Values.Select(writer => writer.RunAsync(_ => Task.FromResult(true))));

    public void Publish(Publication publication) => hub.Deliver(ImmutableArray.Create(publication));

    private Writer Of(ConversationId conversation) =>
        _writers.GetOrAdd(
            conversation,
            id => new(new(id, store, index, this, relations, new(), time, NullLogger.Instance, () => { }))
        );

    private sealed class Writer(AppendPump pump)
    {
        private readonly TaskScheduler _turns = new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler;

        public Task<T> RunAsync<T>(Func<AppendPump, Task<T>> call) =>
            Task.Factory.StartNew(() => call(pump), CancellationToken.None, TaskCreationOptions.None, _turns).Unwrap();
    }
}
