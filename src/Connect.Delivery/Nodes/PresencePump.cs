using System.Collections.Immutable;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Delivery.Directory;
using Connect.Delivery.Presence;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Connect.Delivery.Nodes;

/// <summary>
/// Carries what changed in this node's partitions to the gateways that watch: one call at a time for each, with all
/// that came meanwhile in the next one. What cannot be told is dropped: a gateway asks again regularly.
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

    /// <summary>Tells what there is to tell.</summary>
    public void Pump()
    {
        // A tick that takes longer than a period must not run twice at once.
        if (Interlocked.Exchange(ref _isPumping, 1) == 1)
        {
            return;
        }

        try
        {
            foreach (var partition in partitions.All())
            {
                partition.TakeNews(Add, Add);
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

    /// <summary>Doubts that wait for a gateway.</summary>
    public int WaitingDoubts(NodeId node) => _outgoing.TryGetValue(node, out var outgoing) ? outgoing.Doubts.Count : 0;

    private void Add(NodeId node, PresenceStatus change) => Get(node).Changes[change.User] = change;

    private void Add(NodeId node, PresenceInvalidation doubt)
    {
        var doubts = Get(node).Doubts;
        if (doubts.Count < options.Value.MaxWaitingDoubts)
        {
            doubts.Enqueue(doubt);
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
                // What left takes its watches with it.
                _outgoing.Remove(node);
                return;
            }

            outgoing.Call = TellAsync(gateway, outgoing.Take(options.Value.MaxBatch));
        }
    }

    private async Task TellAsync(INodeEndpoint gateway, PresenceUpdate news)
    {
        try
        {
            await gateway.TellAsync(news);
        }
        catch (Exception exception)
        {
            PresenceLog.NotTold(logger, news.Changes.Length + news.Doubts.Length, exception);
        }
    }

    /// <summary>What waits for one gateway.</summary>
    private sealed class Outgoing
    {
        /// <summary>The last change of each user; bounded by how many users the gateway watches.</summary>
        public Dictionary<UserId, PresenceStatus> Changes { get; } = [];

        public Queue<PresenceInvalidation> Doubts { get; } = new();

        public Task? Call { get; set; }

        public bool IsEmpty => Changes.Count == 0 && Doubts.Count == 0;

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

            var doubts = ImmutableArray.CreateBuilder<PresenceInvalidation>();
            while (changes.Count + doubts.Count < limit && Doubts.TryDequeue(out var doubt))
            {
                doubts.Add(doubt);
            }

            return new(changes.DrainToImmutable(), doubts.DrainToImmutable());
        }
    }
}
