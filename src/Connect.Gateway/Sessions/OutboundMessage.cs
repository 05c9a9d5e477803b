using System.Buffers;
using Connect.Protocol.V1;

namespace Connect.Gateway.Sessions;

/// <summary>Encoded frames that wait, in their order; no memory while nothing does. Not thread-safe.</summary>
internal sealed class WaitingFrames
{
    private const int KeptCapacity = 16;

    private Queue<ReadOnlyMemory<byte>>? _frames;

    public void Add(ReadOnlyMemory<byte> frame) => (_frames ??= new()).Enqueue(frame);

    /// <summary>Forgets all; returns how many bytes that were.</summary>
    public long Clear()
    {
        var bytes = 0L;
        foreach (var frame in _frames ?? [])
        {
            bytes += frame.Length;
        }

        _frames = null;
        return bytes;
    }

    /// <summary>Takes the frames of the next message; false when there are none.</summary>
    public bool TryTake(List<ReadOnlyMemory<byte>> taken, int maxBytes, int maxFrames)
    {
        var size = 0;
        while (
            taken.Count < maxFrames
            && _frames?.TryPeek(out var next) == true
            && (taken.Count == 0 || size + next.Length <= maxBytes)
        )
        {
            taken.Add(_frames.Dequeue());
            size += next.Length;
        }

        if (_frames is { Count: 0, Capacity: > KeptCapacity })
        {
            _frames = null;
        }

        return taken.Count > 0;
    }
}

/// <summary>
/// Coalesced pushes on their way out: as many in each message as it may hold. Not thread-safe.
/// </summary>
internal sealed class LeavingPushes(PendingPushes pushes, ISessionLink link) : IDisposable
{
    private readonly IEnumerator<ServerFrame> _frames = pushes.ToFrames().GetEnumerator();
    private ReadOnlyMemory<byte> _next;

    /// <summary>Adds the frames of the next message; false when there are none any more.</summary>
    public bool TryTake(List<ReadOnlyMemory<byte>> taken, int maxBytes, int maxFrames)
    {
        var size = 0;
        while (taken.Count < maxFrames && TryPeek() && (taken.Count == 0 || size + _next.Length <= maxBytes))
        {
            taken.Add(_next);
            size += _next.Length;
            _next = default;
        }

        return taken.Count > 0;
    }

    public void Dispose() => _frames.Dispose();

    private bool TryPeek()
    {
        if (_next.IsEmpty && _frames.MoveNext())
        {
            _next = link.Encode(_frames.Current);
        }

        return !_next.IsEmpty;
    }
}

/// <summary>Bytes on their way out, in a rented buffer when there was more than one frame.</summary>
internal readonly struct OutboundMessage
{
    private readonly byte[]? _rented;

    private OutboundMessage(ReadOnlyMemory<byte> bytes, byte[]? rented, int closeCode)
    {
        Bytes = bytes;
        _rented = rented;
        CloseCode = closeCode;
    }

    public ReadOnlyMemory<byte> Bytes { get; }

    public int CloseCode { get; }

    public static OutboundMessage Close(int code) => new(default, null, code);

    public static OutboundMessage Join(List<ReadOnlyMemory<byte>> frames)
    {
        if (frames.Count == 1)
        {
            return new(frames[0], null, 0);
        }

        var length = 0;
        foreach (var frame in frames)
        {
            length += frame.Length;
        }

        var rented = ArrayPool<byte>.Shared.Rent(length);
        var at = 0;
        foreach (var frame in frames)
        {
            frame.Span.CopyTo(rented.AsSpan(at));
            at += frame.Length;
        }

        return new(rented.AsMemory(0, length), rented, 0);
    }

    public void Return()
    {
        if (_rented is not null)
        {
            // Texts of other people were in it.
            ArrayPool<byte>.Shared.Return(_rented, clearArray: true);
        }
    }
}
