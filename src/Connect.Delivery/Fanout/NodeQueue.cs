using System.Collections.Immutable;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Microsoft.Extensions.Logging;

namespace Connect.Delivery.Fanout;

/// <summary>
/// What this node has for one other node: one bounded queue, filled by all conversations, and one call in flight, which
/// takes everything that waited meanwhile (step 8).
/// </summary>
internal sealed class TargetQueue(
    NodeId local,
    NodeId target,
    INodeEndpoint endpoint,
    Action<TargetQueue, List<Publication>> giveBack,
    FanoutOptions options,
    TimeProvider time,
    ILogger logger
) : IThreadPoolWorkItem
{
    private readonly Lock _lock = new();
    private readonly Queue<(Publication Publication, long Size)> _waiting = new();
    private readonly HintTable _overflow = new();
    private long _bytes;
    private long _number;
    private bool _running;

    public NodeId Target => target;

    /// <summary>Never blocks: what has no room becomes a hint.</summary>
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
        while (Take() is { Count: > 0 } batch)
        {
            try
            {
                await endpoint.FanOutAsync(new(local, ++_number, [.. batch]));
                failures = 0;
                continue;
            }
            catch (Exception exception)
            {
                // Unacknowledged for whatever reason: it is said again as hints, where the partitions are then (D7).
                FanoutLog.CallFailed(logger, target, batch.Count, exception);
            }

            giveBack(this, batch);
            await Task.Delay(RetryPause.After(failures++, options), time);
        }
    }

    /// <summary>The next batch; when there is none the loop ends.</summary>
    private List<Publication> Take()
    {
        var batch = new List<Publication>();
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

            // Hints go along with every batch, so that a queue that is always full does not starve them.
            _overflow.TakeInto(batch, options.MaxBatchPublications);
            _running = batch.Count > 0;
            return batch;
        }
    }
}

/// <summary>
/// What is left of publications that found no room or no answer: per conversation the highest head, and who is to hear
/// of it. Its size is bounded by the conversations written to on this node, each of which costs its writer more. Not
/// thread-safe.
/// </summary>
internal sealed class HintTable
{
    private readonly Dictionary<ConversationId, (long Head, ImmutableArray<UserId> Recipients)> _hints = [];
    private readonly Queue<ConversationId> _order = new();

    public int Count => _hints.Count;

    /// <summary>Keeps what is left of a publication; of a transient one nothing is.</summary>
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

    /// <summary>Takes at most so many out, oldest first.</summary>
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

/// <summary>The pauses between attempts that fail: doubling up to a limit.</summary>
internal static class RetryPause
{
    public static TimeSpan After(int failures, FanoutOptions options)
    {
        var pause = options.RetryFirstPause * Math.Pow(2, Math.Min(failures, 16));
        return pause < options.RetryMaxPause ? pause : options.RetryMaxPause;
    }
}
