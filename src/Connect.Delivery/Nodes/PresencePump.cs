using System.Collections.Immutable;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Delivery.Directory;
using Connect.Delivery.Presence;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Connect.Delivery.Nodes;

/// <summary>
/// Pushes presence changes in this node's partitions to the gateways that watch: one call at a time per gateway, the
/// next one with everything that came up meanwhile. What cannot be sent is dropped: gateways poll regularly.
/// </summary>
internal sealed class PresencePump(
    DirectoryPartitions partitions,
    IClusterNodes nodes,
    IOptions<PresenceOptions> options,
    TimeProvider time,
    ILogger<PresencePump> logger
) : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);

    private readonly Dictionary<NodeId, Outgoing> _outgoing = [];
    private ITimer? _timer;
    private int _isPumping;

    public void Participate(ISiloLifecycle observer) =>
        observer.Subscribe(
            nameof(PresencePump),
            ServiceLifecycleStage.Active,
            _ =>
            {
                _timer = time.CreateTimer(static pump => ((PresencePump)pump!).Pump(), this, Tick, Tick);
                return Task.CompletedTask;
            },
            _ =>
            {
                Dispose();
                return Task.CompletedTask;
            }
        );

    public void Dispose() => _timer?.Dispose();

    /// <summary>Sends everything that has changed.</summary>
    public void Pump()
    {
        // A tick that takes longer than its period must not overlap the next.
        if (Interlocked.Exchange(ref _isPumping, 1) == 1)
        {
            return;
        }

        try
        {
            foreach (var partition in partitions.All())
            {
                partition.TakeUpdates(Add, Add);
            }

            foreach (var (node, outgoing) in _outgoing)
            {
                Send(node, outgoing);
            }
        }
        catch (Exception exception)
        {
            PresenceLog.PumpFailed(logger, exception);
        }
        finally
        {
            Volatile.Write(ref _isPumping, 0);
        }
    }

    /// <summary>Invalidations waiting for a gateway.</summary>
    public int WaitingInvalidations(NodeId node) =>
        _outgoing.TryGetValue(node, out var outgoing) ? outgoing.Invalidations.Count : 0;

    private void Add(NodeId node, PresenceStatus change) => Get(node).Changes[change.User] = change;

    private void Add(NodeId node, PresenceInvalidation invalidation)
    {
        var invalidations = Get(node).Invalidations;
        if (invalidations.Count < options.Value.MaxWaitingInvalidations)
        {
            invalidations.Enqueue(invalidation);
        }
    }

    private Outgoing Get(NodeId node)
    {
        if (!_outgoing.TryGetValue(node, out var outgoing))
        {
            _outgoing.Add(node, outgoing = new());
        }

        return outgoing;
    }

    private void Send(NodeId node, Outgoing outgoing)
    {
        while (outgoing.Call is null or { IsCompleted: true })
        {
            outgoing.Call = null;
            if (outgoing.IsEmpty || nodes.Find(node) is not { } gateway)
            {
                // A node that left takes its watches along.
                _outgoing.Remove(node);
                return;
            }

            outgoing.Call = PushPresenceAsync(gateway, outgoing.Take(options.Value.MaxBatch));
        }
    }

    private async Task PushPresenceAsync(INodeEndpoint gateway, PresenceUpdate update)
    {
        try
        {
            await gateway.PushPresenceAsync(update);
        }
        catch (Exception exception)
        {
            PresenceLog.NotTold(logger, update.Changes.Length + update.Invalidations.Length, exception);
        }
    }

    /// <summary>What is waiting for one gateway.</summary>
    private sealed class Outgoing
    {
        /// <summary>The latest change of each user; bounded by the users the gateway watches.</summary>
        public Dictionary<UserId, PresenceStatus> Changes { get; } = [];

        public Queue<PresenceInvalidation> Invalidations { get; } = new();

        public Task? Call { get; set; }

        public bool IsEmpty => Changes.Count == 0 && Invalidations.Count == 0;

        public PresenceUpdate Take(int limit)
        {
            var changes = ImmutableArray.CreateBuilder<PresenceStatus>();
            foreach (var (user, change) in Changes)
            {
                if (changes.Count == limit)
                {
                    break;
                }

                changes.Add(change);
                Changes.Remove(user);
            }

            var invalidations = ImmutableArray.CreateBuilder<PresenceInvalidation>();
            while (changes.Count + invalidations.Count < limit && Invalidations.TryDequeue(out var invalidation))
            {
                invalidations.Add(invalidation);
            }

            return new(changes.DrainToImmutable(), invalidations.DrainToImmutable());
        }
    }
}
