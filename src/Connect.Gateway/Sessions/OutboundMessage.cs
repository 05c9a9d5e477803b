using System.Buffers;

namespace Connect.Gateway.Sessions;

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
