using System.Collections.Concurrent;
using System.Collections.Immutable;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;

namespace Connect.Tests.Grains;

/// <summary>A node that keeps what it is given and fails when told to.</summary>
internal sealed class FakeEndpoint : INodeEndpoint
{
    private readonly Lock _lock = new();
    private readonly List<DeliveryBatch> _fannedOut = [];
    private readonly List<DeliveryBatch> _pushed = [];

    /// <summary>Awaited by each call before it takes anything; throws to fail it.</summary>
    public Func<Task> Before { get; set; } = () => Task.CompletedTask;

    public ImmutableArray<SessionRoute> Known { get; set; } = [];

    public List<DeliveryBatch> FannedOut
    {
        get
        {
            lock (_lock)
            {
                return [.. _fannedOut];
            }
        }
    }

    public List<DeliveryBatch> Pushed
    {
        get
        {
            lock (_lock)
            {
                return [.. _pushed];
            }
        }
    }

    /// <summary>All publications that were fanned out, in order.</summary>
    public List<Publication> Publications => [.. FannedOut.SelectMany(batch => batch.Publications)];

    public async Task FanOutAsync(DeliveryBatch batch)
    {
        await Before();
        lock (_lock)
        {
            _fannedOut.Add(batch);
        }
    }

    public async Task PushAsync(DeliveryBatch batch)
    {
        await Before();
        lock (_lock)
        {
            _pushed.Add(batch);
        }
    }

    public async Task<RouteRegistration> RegisterAsync(int partition, SessionRoute route, ResumeClaim? claim)
    {
        await Before();
        return RouteRegistration.Anew("incarnation");
    }

    public Task UnregisterAsync(int partition, SessionRoute route, RouteEnding ending) => Before();

    /// <summary>What it was told of those it watches.</summary>
    public ConcurrentQueue<PresenceUpdate> Told { get; } = new();

    public async Task<ImmutableArray<PresenceStatus>> WatchAsync(NodeId watcher, ImmutableArray<UserId> users)
    {
        await Before();
        return [];
    }

    public Task InvalidateAsync(int partition, UserId user, UserId with) => Before();

    public async Task PushPresenceAsync(PresenceUpdate update)
    {
        await Before();
        Told.Enqueue(update);
    }

    public Task<ImmutableArray<SessionRoute>> RoutesAsync(int partition) => Task.FromResult(Known);
}
