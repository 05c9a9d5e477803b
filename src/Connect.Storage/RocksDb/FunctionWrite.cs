using RocksDbSharp;

namespace Connect.Storage.RocksDb;

/// <summary>
/// A write off the message path, given as a function that checks, adds its rows and says what became of it.
/// </summary>
internal sealed class FunctionWrite<T>(Func<WriteBatch, T> evaluate) : WorkItem<T>
{
    public override void Evaluate(WriteBatch batch) => Result = evaluate(batch);
}
