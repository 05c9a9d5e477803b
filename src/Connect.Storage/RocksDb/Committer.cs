using Microsoft.Extensions.Logging;
using RocksDbSharp;

namespace Connect.Storage.RocksDb;

/// <summary>
/// The one thread that writes. It repeatedly takes a batch of the waiting items, checks each against the database, and
/// writes all that pass with one sync: many conversations share its cost, and an item whose conditions do not hold does
/// not affect the others.
/// </summary>
/// <remarks>
/// After a failed write or sync the kernel may have dropped the pages and report the next sync as a success, so the
/// committer never writes again: the outcome of the batch is *unknown*, later items are refused, and the process must
/// end.
/// </remarks>
internal sealed class Committer
{
    private readonly object _gate = new();
    private readonly Action<WriteBatch> _write;
    private readonly Action _written;
    private readonly Func<SpaceVerdict> _space;
    private readonly Action<string> _onFatal;
    private readonly RocksDbStoreOptions _options;
    private readonly ILogger _logger;
    private readonly Thread _thread;
    private readonly HashSet<UInt128> _owners = [];
    private readonly List<WorkItem> _items = [];
    private readonly LinkedList<WorkItem> _waiting = new();
    private long _waitingBytes;
    private bool _stopping;
    private volatile bool _failed;
    private volatile string? _refusal;

    /// <param name="options">The limits.</param>
    /// <param name="write">Writes a batch durably or throws.</param>
    /// <param name="written">Called after each durable write, before any item completes.</param>
    /// <param name="space">Called before each batch: which writes the disk has room for.</param>
    /// <param name="onFatal">Called once, when writing has ended for good.</param>
    /// <param name="logger">For the one line that reports it.</param>
    public Committer(
        RocksDbStoreOptions options,
        Action<WriteBatch> write,
        Action written,
        Func<SpaceVerdict> space,
        Action<string> onFatal,
        ILogger logger
    )
    {
        _options = options;
        _write = write;
        _written = written;
        _space = space;
        _onFatal = onFatal;
        _logger = logger;
        _thread = new(Run) { IsBackground = true, Name = "store committer" };
        _thread.Start();
    }

    /// <summary>Why nothing is written any more; null while the committer writes.</summary>
    public string? Refusal => _refusal;

    /// <summary>Queues an item, which reports its own outcome.</summary>
    public void Enqueue(WorkItem item)
    {
        string? refusal;
        bool isFinal;
        lock (_gate)
        {
            isFinal = _stopping;
            refusal = _refusal ?? QueueRefusal(item);
            if (refusal is null)
            {
                _waiting.AddLast(item);
                _waitingBytes += item.Bytes;
                if (_waiting.Count == 1)
                {
                    Monitor.Pulse(_gate);
                }
            }
        }

        if (refusal is not null)
        {
            item.Refuse(refusal, isFinal);
        }
    }

    /// <summary>Writes what is queued, refuses what comes later, and ends the thread.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _stopping = true;
            _refusal ??= "The store is closing.";
            Monitor.Pulse(_gate);
        }

        if (Thread.CurrentThread != _thread)
        {
            _thread.Join();
        }
    }

    /// <summary>Stops writing for good after an error, here or elsewhere.</summary>
    public void Fail(string reason)
    {
        lock (_gate)
        {
            if (_failed)
            {
                return;
            }

            _failed = true;
            _stopping = true;
            _refusal = reason;
            Monitor.Pulse(_gate);
        }

        StorageLog.Failed(_logger, reason);
        _onFatal(reason);
    }

    private string? QueueRefusal(WorkItem item) =>
        _waiting.Count >= _options.MaxWaitingWrites || _waitingBytes + item.Bytes > _options.MaxWaitingBytes
            ? "Too many writes are waiting for the disk."
            : null;

    private void Run()
    {
        using var batch = new WriteBatch();
        while (TakeBatch())
        {
            if (_failed)
            {
                RefuseBatch(_refusal!, isFinal: true);
            }
            else
            {
                RefuseFor(_space());
                CommitBatch(batch);
            }
        }
    }

    /// <summary>
    /// Waits for items and takes a batch of them; false when none are left and the thread should end.
    /// </summary>
    private bool TakeBatch()
    {
        _items.Clear();
        _owners.Clear();
        lock (_gate)
        {
            while (_waiting.Count == 0)
            {
                if (_stopping)
                {
                    return false;
                }

                Monitor.Wait(_gate);
            }

            // A second item of an owner would be checked against rows that this batch is about to change: it waits.
            var bytes = 0L;
            for (var node = _waiting.First; node is not null && HasRoom(bytes); )
            {
                var next = node.Next;
                var item = node.Value;
                if (TryTakeOwners(item))
                {
                    _waiting.Remove(node);
                    bytes += item.Bytes;
                    _items.Insert(item.ComesFirst ? 0 : _items.Count, item);
                }

                node = next;
            }

            _waitingBytes -= bytes;
        }

        return true;
    }

    private bool HasRoom(long bytes) => _items.Count < _options.MaxBatchWrites && bytes < _options.MaxBatchBytes;

    /// <summary>
    /// False when an owner is taken. Both are marked in either case, so that no later item of theirs overtakes the one
    /// left waiting.
    /// </summary>
    private bool TryTakeOwners(WorkItem item)
    {
        var isFree = _owners.Add(item.Owner);
        return item.OtherOwner is not { } other ? isFree : _owners.Add(other) && isFree;
    }

    private void RefuseBatch(string reason, bool isFinal)
    {
        foreach (var item in _items)
        {
            item.Refuse(reason, isFinal);
        }
    }

    /// <summary>Refuses what the disk has no room for, and leaves the rest of the batch.</summary>
    private void RefuseFor(SpaceVerdict space)
    {
        if (space.Refusal is null)
        {
            return;
        }

        _items.RemoveAll(item =>
        {
            var refusal = space.RefusalOf(item);
            if (refusal is not null)
            {
                item.Refuse(refusal, isFinal: false);
            }

            return refusal is not null;
        });
    }

    private void CommitBatch(WriteBatch batch)
    {
        batch.Clear();
        _items.RemoveAll(item => !TryEvaluate(item, batch));
        try
        {
            if (batch.Count() > 0)
            {
                _write(batch);
                _written();
            }
        }
        catch (Exception e)
        {
            var reason = $"A write failed, so the store writes no more: {e.Message}";
            Fail(reason);
            foreach (var item in _items)
            {
                item.Fail(new IOException(reason, e));
            }

            return;
        }

        foreach (var item in _items)
        {
            item.Complete();
        }
    }

    /// <summary>False when an item's rows cannot be read: it alone fails, and leaves nothing in the batch.</summary>
    private static bool TryEvaluate(WorkItem item, WriteBatch batch)
    {
        batch.SetSavePoint();
        try
        {
            item.Evaluate(batch);
            batch.PopSavePoint();
            return true;
        }
        catch (Exception e)
        {
            batch.RollbackToSavePoint();
            item.Fail(e);
            return false;
        }
    }
}
