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
