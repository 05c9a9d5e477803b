namespace Connect.Storage.RocksDb.Backups;

/// <summary>Keeps a copy at or below a rate, so that the disk is left to the messages.</summary>
internal sealed class CopyPace(long bytesPerSecond, TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();
    private long _copied;

    /// <summary>Called after a piece was copied: waits until the rate allows the next.</summary>
    public Task AfterAsync(int bytes, CancellationToken cancellationToken)
    {
        _copied += bytes;
        var due = TimeSpan.FromSeconds((double)_copied / bytesPerSecond);
        var wait = due - time.GetElapsedTime(_start);
        return wait > TimeSpan.Zero ? Task.Delay(wait, time, cancellationToken) : Task.CompletedTask;
    }
}
