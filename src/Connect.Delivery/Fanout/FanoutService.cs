using System.Collections.Immutable;
using Connect.Contracts.Conversations;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Delivery.Directory;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Connect.Delivery.Fanout;

/// <summary>
/// The node's fan-out: takes what the writers on this node publish, keeps the newest of it for healing gaps, and
/// sends it to the nodes that hold the recipients' partitions.
/// </summary>
internal sealed class FanoutService : IPublisher, IHotTail
{
    private readonly FanoutRouter _router;
    private readonly HotTail _tail;

    public FanoutService(
        PartitionMap map,
        LocalNode local,
        IOptions<FanoutOptions> options,
        TimeProvider time,
        ILogger<FanoutService> logger
    )
    {
        _router = new(map, local, options.Value, time, logger);
        _tail = new(options.Value);
    }

    public void Publish(Publication publication)
    {
        // First, because a reader may ask for an entry the moment it is pushed.
        _tail.Add(publication);
        _router.Route(publication);
    }

    public bool TryRead(UserId reader, ConversationId conversation, long after, out ImmutableArray<Entry> entries) =>
        _tail.TryRead(reader, conversation, after, out entries);
}

/// <summary>
/// Routes publications to the queues of the nodes that hold the recipients' partitions. While a node is being looked
/// up, publications wait here, bounded, so that the entries of a conversation stay in order.
/// </summary>
internal sealed class FanoutRouter
{
    private readonly PartitionMap _map;
    private readonly LocalNode _local;
    private readonly FanoutOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly NodeQueue?[] _byPartition;
    private readonly Lock _lock = new();
    private readonly Dictionary<NodeId, NodeQueue> _queues = [];
    private readonly Queue<Publication> _unresolved = new();
    private readonly PendingHints _hints = new();
    private long _unresolvedBytes;
    private int _unresolvedCount;
    private bool _running;

    public FanoutRouter(PartitionMap map, LocalNode local, FanoutOptions options, TimeProvider time, ILogger logger)
    {
        _map = map;
        _local = local;
        _options = options;
        _time = time;
        _logger = logger;
        _byPartition = new NodeQueue?[map.Count];
    }

    /// <summary>Never blocks. The publications of one conversation must not be routed concurrently.</summary>
    public void Route(Publication publication)
    {
        // A conversation has one writer, which publishes in order: while one of its publications waits, its next one
        // sees a count above 0.
        if (Volatile.Read(ref _unresolvedCount) == 0 && TryRoute(publication))
        {
            return;
        }

        lock (_lock)
        {
            Keep(publication);
            Start();
        }
    }

    /// <summary>Takes back what a node did not acknowledge and looks its partitions up again.</summary>
    private void TakeBack(NodeQueue queue, List<Publication> publications)
    {
        for (var partition = 0; partition < _byPartition.Length; partition++)
        {
            if (_byPartition[partition] == queue)
            {
                Forget(partition);
            }
        }

        lock (_lock)
        {
            foreach (var publication in publications)
            {
                _hints.Add(publication);
            }

            Start();
        }
    }

    private void Forget(int partition)
    {
        _map.Forget(partition);
        Volatile.Write(ref _byPartition[partition], null);
    }

    private void Keep(Publication publication)
    {
        var size = PublicationSize.Of(publication);
        if (_unresolvedBytes + size > _options.MaxWaitingBytes)
        {
            _hints.Add(publication);
            return;
        }

        _unresolvedBytes += size;
        _unresolved.Enqueue(publication);
        Volatile.Write(ref _unresolvedCount, _unresolved.Count);
    }

    private void Start()
    {
        if (!_running)
        {
            _running = true;
            _ = Task.Run(ResolveAsync);
        }
    }

    private async Task ResolveAsync()
    {
        var failures = 0;
        while (true)
        {
            var missing = new HashSet<int>();
            lock (_lock)
            {
                Settle(missing);
                if (missing.Count == 0)
                {
                    _running = false;
                    return;
                }
            }

            if (await ResolveAsync(missing))
            {
                failures = 0;
                continue;
            }

            // Whatever waits for a partition that cannot be found shrinks to hints; the rest goes on.
            lock (_lock)
            {
                GiveUp();
            }

            await Task.Delay(RetryPause.After(failures++, _options), _time);
        }
    }

    /// <summary>Routes what it can and collects the partitions still missing for the rest.</summary>
    private void Settle(HashSet<int> missing)
    {
        while (_unresolved.TryPeek(out var publication) && TryRoute(publication))
        {
            _unresolvedBytes -= PublicationSize.Of(publication);
            _unresolved.Dequeue();
        }

        foreach (var publication in _unresolved)
        {
            AddMissing(publication, missing);
        }

        Volatile.Write(ref _unresolvedCount, _unresolved.Count);
        var hints = new List<Publication>();
        _hints.TakeInto(hints, int.MaxValue);
        foreach (var hint in hints)
        {
            if (!TryRoute(hint))
            {
                AddMissing(hint, missing);
                _hints.Add(hint);
            }
        }
    }

    private void GiveUp()
    {
        while (_unresolved.TryDequeue(out var publication))
        {
            if (!TryRoute(publication))
            {
                _hints.Add(publication);
            }
        }

        _unresolvedBytes = 0;
        Volatile.Write(ref _unresolvedCount, 0);
    }

    /// <summary>True if all were found.</summary>
    private async Task<bool> ResolveAsync(HashSet<int> partitions)
    {
        var all = true;
        foreach (var partition in partitions)
        {
            try
            {
                var host = await _map.FindAsync(partition);
                Volatile.Write(ref _byPartition[partition], QueueOf(host));
            }
            catch (Exception exception)
            {
                FanoutLog.PartitionNotFound(_logger, partition, exception);
                all = false;
            }
        }

        return all;
    }

    private NodeQueue QueueOf(PartitionHost host)
    {
        lock (_lock)
        {
            if (!_queues.TryGetValue(host.Node, out var queue))
            {
                queue = new(_local.Id, host.Node, host.Endpoint, TakeBack, _options, _time, _logger);
                _queues.Add(host.Node, queue);
            }

            return queue;
        }
    }

    /// <summary>Routes nothing and returns false if the node of a recipient's partition is unknown.</summary>
    private bool TryRoute(Publication publication)
    {
        NodeQueue? only = null;
        foreach (var user in publication.Recipients)
        {
            if (Volatile.Read(ref _byPartition[_map.Of(user)]) is not { } queue)
            {
                return false;
            }

            if (only is not null && only != queue)
            {
                return TryRouteToMany(publication);
            }

            only = queue;
        }

        only?.Add(publication);
        return true;
    }

    private bool TryRouteToMany(Publication publication)
    {
        var users = new Dictionary<NodeQueue, List<UserId>>();
        foreach (var user in publication.Recipients)
        {
            if (Volatile.Read(ref _byPartition[_map.Of(user)]) is not { } queue)
            {
                return false;
            }

            if (!users.TryGetValue(queue, out var ofQueue))
            {
                users.Add(queue, ofQueue = []);
            }

            ofQueue.Add(user);
        }

        foreach (var (queue, ofQueue) in users)
        {
            queue.Add(publication with { Recipients = [.. ofQueue] });
        }

        return true;
    }

    private void AddMissing(Publication publication, HashSet<int> missing)
    {
        foreach (var user in publication.Recipients)
        {
            var partition = _map.Of(user);
            if (Volatile.Read(ref _byPartition[partition]) is null)
            {
                missing.Add(partition);
            }
        }
    }
}
