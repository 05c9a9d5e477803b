using System.Collections.Concurrent;
using System.Collections.Immutable;
using Connect.Contracts.Conversations;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;

namespace Connect.Tests.Http;

/// <summary>A node without sessions or a tail: HTTP needs neither.</summary>
internal sealed class AloneInTheCluster : ISessionDirectory, IHotTail, IPublisher
{
    public NodeId Node { get; } = NodeId.NewRandom();

    public ValueTask<RouteRegistration> RegisterAsync(UserId user, SessionId session, ResumeClaim? claim) =>
        new(RouteRegistration.Anew("incarnation"));

    public ValueTask UnregisterAsync(UserId user, SessionId session, RouteEnding ending) => ValueTask.CompletedTask;

    /// <summary>Every user that is asked for is online, whoever may see it.</summary>
    public bool EverybodyIsOnline { get; set; }

    public ValueTask<ImmutableArray<PresenceStatus>> WatchAsync(ImmutableArray<UserId> users) =>
        new(EverybodyIsOnline ? [.. users.Select(user => new PresenceStatus(user, true, 0, new(1, 1), 0))] : []);

    public ValueTask InvalidateAsync(UserId user, UserId with) => ValueTask.CompletedTask;

    /// <summary>What users were told.</summary>
    public ConcurrentQueue<Publication> Published { get; } = new();

    public void Publish(Publication publication) => Published.Enqueue(publication);

    public bool TryRead(UserId reader, ConversationId conversation, long after, out ImmutableArray<Entry> entries)
    {
        entries = [];
        return false;
    }
}
