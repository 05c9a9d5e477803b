using System.Buffers;
using System.Runtime.CompilerServices;
using Connect.Gateway.Sessions;

namespace Connect.Gateway.Connections;

/// <summary>
/// The stream under a WebSocket. What the client sends passes the <see cref="FrameGuard"/> before the WebSocket sees
/// it; after a violation nothing passes any more: what still comes is thrown away, so that the goodbye is not lost to a
/// reset. Long writes go out in parts, so that a slow reader can be told from one that does not read.
/// </summary>
internal sealed class GuardStream(Stream inner, FrameGuard guard, LinkActivity activity) : Stream
{
    private const int WritePart = 16 * 1024;
    private bool _isViolated;

    /// <summary>Called once, from the read that found it.</summary>
    public Action<FrameViolation>? Violated { get; set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_isViolated)
        {
            return await DiscardAsync(cancellationToken);
        }

        var count = await inner.ReadAsync(buffer, cancellationToken);
        if (count == 0)
        {
            return 0;
        }

        var violation = guard.Check(buffer.Span[..count]);
        activity.Received(guard.IsMessageOpen);
        if (violation == FrameViolation.None)
        {
            return count;
        }

        _isViolated = true;
        Violated?.Invoke(violation);
        return await DiscardAsync(cancellationToken);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        buffer.Length <= WritePart
            ? inner.WriteAsync(buffer, cancellationToken)
            : WritePartsAsync(buffer, cancellationToken);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => inner.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private async ValueTask WritePartsAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        while (!buffer.IsEmpty)
        {
            var part = buffer[..Math.Min(WritePart, buffer.Length)];
            await inner.WriteAsync(part, cancellationToken);
            activity.WriteMoved();
            buffer = buffer[part.Length..];
        }
    }

    /// <summary>Ends as the connection does: the session's deadline for goodbyes cuts it.</summary>
    private async ValueTask<int> DiscardAsync(CancellationToken cancellationToken)
    {
        var scratch = ArrayPool<byte>.Shared.Rent(WritePart);
        try
        {
            while (await inner.ReadAsync(scratch, cancellationToken) > 0)
            {
                // Not even looked at.
            }

            return 0;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(scratch, clearArray: true);
        }
    }
}
