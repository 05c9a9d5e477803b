using Connect.Contracts.Storage;

namespace Connect.Storage.RocksDb;

/// <summary>
/// A write with an outcome that somebody awaits. Nobody's continuation runs on the committer's thread.
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
