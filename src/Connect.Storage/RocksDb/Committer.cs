using Microsoft.Extensions.Logging;
using RocksDbSharp;

namespace Connect.Storage.RocksDb;

/// <summary>
/// The one thread that writes. Each turn takes what waits, checks each item against the database, and makes one synced
/// write of all that pass: many conversations share the cost of a sync, and an item whose conditions do not hold does
/// not fail the others.
/// </summary>
/// <remarks>
/// After a failed write or sync the kernel may have dropped the pages and would call the next sync a success, so the
/// committer never writes again: whoever waits gets *unknown*, later ones are refused, and the process is told to end.
/// </remarks>
internal sealed class Committer
{
    private readonly object _gate = new();
    private readonly Action<WriteBatch> _write;
    private readonly Action _written;
    private readonly Func<string?> _spaceRefusal;
    private readonly Action<string> _onFatal;
    private readonly RocksDbStoreOptions _options;
    private readonly ILogger _logger;
    private readonly Thread _thread;
    private readonly HashSet<UInt128> _owners = [];
    private readonly List<WorkItem> _turn = [];
    private readonly LinkedList<WorkItem> _waiting = new();
    private long _waitingBytes;
    private bool _stopping;
    private volatile bool _failed;
    private volatile string? _refusal;

    /// <param name="options">The limits.</param>
    /// <param name="write">Writes a batch durably or throws.</param>
    /// <param name="written">Called after each durable write, before anybody is told.</param>
    /// <param name="spaceRefusal">Asked before each turn: why the file system takes no more, or null.</param>
    /// <param name="onFatal">Called once, when nothing can be written any more.</param>
    /// <param name="logger">For the one line that says so.</param>
    public Committer(
        RocksDbStoreOptions options,
        Action<WriteBatch> write,
        Action written,
        Func<string?> spaceRefusal,
        Action<string> onFatal,
        ILogger logger
    )
    {
        _options = options;
        _write = write;
        _written = written;
        _spaceRefusal = spaceRefusal;
        _onFatal = onFatal;
        _logger = logger;
        _thread = new(Run) { IsBackground = true, Name = "store committer" };
        _thread.Start();
    }

    /// <summary>Why nothing is written any more; null while it is.</summary>
    public string? Refusal => _refusal;

    /// <summary>Takes an item; its outcome comes through the item.</summary>
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

    /// <summary>Writes what waits, refuses what comes later, and ends the thread.</summary>
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

    /// <summary>Stops writing for good because of an error, here or noticed elsewhere.</summary>
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
            ? "Too many writes wait for the disk."
            : null;

    private void Run()
    {
        using var batch = new WriteBatch();
        while (TakeTurn())
        {
            if (_failed)
            {
                RefuseTurn(_refusal!, isFinal: true);
            }
            else if (_spaceRefusal() is { } reason)
            {
                RefuseTurn(reason, isFinal: false);
            }
            else
            {
                CommitTurn(batch);
            }
        }
    }

    /// <summary>
    /// Waits for items and takes a turn of them; false when there are none left and the thread is to end.
    /// </summary>
    private bool TakeTurn()
    {
        _turn.Clear();
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

            // A second item of an owner would be checked against rows that this turn is about to change: it waits.
            var bytes = 0L;
            for (var node = _waiting.First; node is not null && HasRoom(bytes); )
            {
                var next = node.Next;
                var item = node.Value;
                if (TryTakeOwners(item))
                {
                    _waiting.Remove(node);
                    bytes += item.Bytes;
                    _turn.Insert(item.ComesFirst ? 0 : _turn.Count, item);
                }

                node = next;
            }

            _waitingBytes -= bytes;
        }

        return true;
    }

    private bool HasRoom(long bytes) => _turn.Count < _options.MaxTurnWrites && bytes < _options.MaxTurnBytes;

    /// <summary>
    /// False when an owner is taken. Both are marked in either case, so that no later item of theirs overtakes one that
    /// was put off.
    /// </summary>
    private bool TryTakeOwners(WorkItem item)
    {
        var isFree = _owners.Add(item.Owner);
        return item.OtherOwner is not { } other ? isFree : _owners.Add(other) && isFree;
    }

    private void RefuseTurn(string reason, bool isFinal)
    {
        foreach (var item in _turn)
        {
            item.Refuse(reason, isFinal);
        }
    }

    private void CommitTurn(WriteBatch batch)
    {
        batch.Clear();
        _turn.RemoveAll(item => !TryEvaluate(item, batch));
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
            foreach (var item in _turn)
            {
                item.Fail(new IOException(reason, e));
            }

            return;
        }

        foreach (var item in _turn)
        {
            item.Complete();
        }
    }

    /// <summary>False when an item's rows cannot be read: it alone fails, with nothing of it in the batch.</summary>
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
