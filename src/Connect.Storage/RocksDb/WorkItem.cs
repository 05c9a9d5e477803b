using Connect.Contracts.Storage;
using RocksDbSharp;

namespace Connect.Storage.RocksDb;

/// <summary>A write waiting for the committer.</summary>
internal abstract class WorkItem
{
    /// <summary>Whose rows it reads and writes: a batch holds at most one item per owner.</summary>
    public required UInt128 Owner { get; init; }

    /// <summary>A second owner, if it has one.</summary>
    public UInt128? OtherOwner { get; init; }

    /// <summary>Approximate number of bytes it writes.</summary>
    public int Bytes { get; init; } = 256;

    /// <summary>True: its rows precede those of the other items in a batch, so that theirs win.</summary>
    public bool ComesFirst { get; init; }

    /// <summary>
    /// On the committer's thread: checks the conditions by reads and, if they hold, adds the rows to the batch.
    /// </summary>
    public abstract void Evaluate(WriteBatch batch);

    /// <summary>The batch is durable: completes with the outcome.</summary>
    public abstract void Complete();

    /// <summary>Whether it was written is unknown.</summary>
    public abstract void Fail(Exception exception);

    /// <summary>It was not written and may be retried; if final, only after the store is opened again.</summary>
    public abstract void Refuse(string reason, bool isFinal);
}

/// <summary>
/// A write whose outcome is awaited. Continuations never run on the committer's thread.
/// </summary>
internal abstract class WorkItem<T> : WorkItem
{
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ValueTask<T> Outcome => new(_completion.Task);

    /// <summary>Set by <see cref="WorkItem.Evaluate"/>.</summary>
    protected T? Result { get; set; }

    public override void Complete() => _completion.TrySetResult(Result!);

    public override void Fail(Exception exception) => _completion.TrySetException(exception);

    public override void Refuse(string reason, bool isFinal) =>
        Fail(new StoreRefusesException(reason) { IsFinal = isFinal });

    protected void Complete(T outcome) => _completion.TrySetResult(outcome);
}

/// <summary>
/// A write off the message path, as a function that checks, adds its rows and returns the outcome.
/// </summary>
internal sealed class FunctionWrite<T>(Func<WriteBatch, T> evaluate) : WorkItem<T>
{
    public override void Evaluate(WriteBatch batch) => Result = evaluate(batch);
}
