using RocksDbSharp;

namespace Connect.Storage.RocksDb;

/// <summary>A write that waits for the committer.</summary>
internal abstract class WorkItem
{
    /// <summary>Whose rows it reads and writes: at most one item of an owner is in a turn.</summary>
    public required UInt128 Owner { get; init; }

    /// <summary>A second owner, for a write that has one.</summary>
    public UInt128? OtherOwner { get; init; }

    /// <summary>About how many bytes it writes.</summary>
    public int Bytes { get; init; } = 256;

    /// <summary>True: its rows come before those of the others in a turn, so that theirs win.</summary>
    public bool ComesFirst { get; init; }

    /// <summary>
    /// On the committer's thread: checks the conditions by reads and, when they hold, adds the rows to the batch.
    /// </summary>
    public abstract void Evaluate(WriteBatch batch);

    /// <summary>The turn is durable: hands out the outcome.</summary>
    public abstract void Complete();

    /// <summary>Nobody knows whether it was written.</summary>
    public abstract void Fail(Exception exception);

    /// <summary>It was not written and may be tried again; when that is final, only after another open.</summary>
    public abstract void Refuse(string reason, bool isFinal);
}
