using System.Collections.Immutable;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Microsoft.Extensions.Logging;

namespace Connect.Delivery.Fanout;

/// <summary>
/// The publications waiting for one node: a bounded queue shared by all conversations, and one call in flight at a
/// time, which takes everything that has queued up meanwhile.
/// </summary>
internal sealed class NodeQueue(
    NodeId local,
    NodeId target,
    INodeEndpoint endpoint,
    Action<NodeQueue, List<Publication>> giveBack,
    FanoutOptions options,
    TimeProvider time,
    ILogger logger
) : IThreadPoolWorkItem
{
    private readonly Lock _lock = new();
    private readonly Queue<(Publication Publication, long Size)> _waiting = new();
    private readonly PendingHints _overflow = new();
    private long _bytes;
    private long _number;
    private bool _running;

    public NodeId Target => target;

    /// <summary>Never blocks: a publication that finds no room becomes a hint.</summary>
    public void Add(Publication publication)
    {
        var size = PublicationSize.Of(publication);
        lock (_lock)
        {
            if (publication.IsHint || _bytes + size > options.MaxWaitingBytes)
            {
                _overflow.Add(publication);
            }
            else
            {
                _bytes += size;
                _waiting.Enqueue((publication, size));
            }

            if (_running)
            {
                return;
            }

            _running = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    void IThreadPoolWorkItem.Execute() => _ = RunAsync();

    private async Task RunAsync()
    {
        var failures = 0;
        while (TryTake(out var batch))
        {
            try
            {
                await endpoint.FanOutAsync(new(local, ++_number, [.. batch]));
                failures = 0;
                continue;
            }
            catch (Exception exception)
            {
                // Not acknowledged, whatever the reason: resent as hints, to wherever the partitions are by then.
                FanoutLog.CallFailed(logger, target, batch.Count, exception);
            }

            GiveBack(batch);
            await Task.Delay(RetryPause.After(failures++, options), time);
        }
    }

    /// <summary>Nothing that fails here may end the queue: the batch stays in it.</summary>
    private void GiveBack(List<Publication> batch)
    {
        try
        {
            giveBack(this, batch);
        }
        catch (Exception exception)
        {
            FanoutLog.CallFailed(logger, target, batch.Count, exception);
            lock (_lock)
            {
                foreach (var publication in batch)
                {
                    _overflow.Add(publication);
                }
            }
        }
    }

    /// <summary>The next batch; false ends the loop.</summary>
    private bool TryTake(out List<Publication> batch)
    {
        batch = [];
        lock (_lock)
        {
            long bytes = 0;
            while (batch.Count < options.MaxBatchPublications && _waiting.TryPeek(out var next))
            {
                if (batch.Count > 0 && bytes + next.Size > options.MaxBatchBytes)
                {
                    break;
                }

                _waiting.Dequeue();
                _bytes -= next.Size;
                bytes += next.Size;
                batch.Add(next.Publication);
            }

            // Every batch carries hints too, so that a queue that is always full does not starve them.
            _overflow.TakeInto(batch, options.MaxBatchPublications);
            return _running = batch.Count > 0;
        }
    }
}

/// <summary>
/// What remains of publications that were dropped or not acknowledged: the highest head of each conversation and its
/// recipients. Bounded by the conversations written on this node, each of which costs its writer more. Not
/// thread-safe.
/// </summary>
internal sealed class PendingHints
{
    private readonly Dictionary<ConversationId, (long Head, ImmutableArray<UserId> Recipients)> _hints = [];
    private readonly Queue<ConversationId> _order = new();

    public int Count => _hints.Count;

    /// <summary>Keeps the hint of a publication; a transient one leaves none.</summary>
    public void Add(Publication publication)
    {
        if (publication.IsTransient)
        {
            return;
        }

        if (!_hints.TryGetValue(publication.Conversation, out var hint))
        {
            _hints.Add(publication.Conversation, (publication.Head, publication.Recipients));
            _order.Enqueue(publication.Conversation);
            return;
        }

        _hints[publication.Conversation] = (
            Math.Max(hint.Head, publication.Head),
            Union(hint.Recipients, publication.Recipients)
        );
    }

    /// <summary>Moves at most <paramref name="limit"/> hints into the target, oldest first.</summary>
    public void TakeInto(ICollection<Publication> target, int limit)
    {
        while (limit-- > 0 && _order.TryDequeue(out var conversation))
        {
            _hints.Remove(conversation, out var hint);
            target.Add(Publication.Hint(conversation, hint.Head, hint.Recipients));
        }
    }

    private static ImmutableArray<UserId> Union(ImmutableArray<UserId> one, ImmutableArray<UserId> other)
    {
        // Nearly always the conversation's one list of members.
        if (one == other || one.AsSpan().SequenceEqual(other.AsSpan()))
        {
            return one;
        }

        var all = new HashSet<UserId>(one.Length + other.Length);
        foreach (var user in one)
        {
            all.Add(user);
        }

        foreach (var user in other)
        {
            all.Add(user);
        }

        return [.. all];
    }
}

/// <summary>Pauses between failed attempts: exponential up to a limit.</summary>
internal static class RetryPause
{
    public static TimeSpan After(int failures, FanoutOptions options)
    {
        var pause = options.RetryFirstPause * Math.Pow(2, Math.Min(failures, 16));
        return pause < options.RetryMaxPause ? pause : options.RetryMaxPause;
    }
}
