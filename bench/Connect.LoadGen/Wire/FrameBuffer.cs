using System.Text;
using Connect.Protocol.Frames;
using Connect.Protocol.V1;

namespace Connect.LoadGen.Wire;

/// <summary>Gathers frames of a client into one WebSocket message, without making objects of the many.</summary>
internal sealed class FrameBuffer
{
    /// <summary>A message with more waiting goes out first; the server takes 64 KiB.</summary>
    public const int Room = 48 * 1024;

    private const int CidLength = 36;

    private readonly int _textLength;
    private readonly byte[] _target;
    private readonly byte[] _filling;
    private byte[] _bytes = new byte[1024];
    private int _length;

    /// <param name="conversation">The conversation, or with <paramref name="isUser"/> the user, written to.</param>
    /// <param name="isUser">Whether it is a user.</param>
    /// <param name="textLength">Bytes of a text.</param>
    public FrameBuffer(string conversation, bool isUser, int textLength)
    {
        _textLength = Math.Max(textLength, MessageStamp.Length);
        var id = Encoding.ASCII.GetBytes(conversation);
        _target = [(byte)(isUser ? 0x12 : 0x0A), (byte)id.Length, .. id];
        _filling = Encoding.ASCII.GetBytes(new string('.', _textLength - MessageStamp.Length));
    }

    /// <summary>As <see cref="LoadSocket.SendAsync"/> wants it.</summary>
    public byte[] Bytes => _bytes;

    public int Length => _length;

    public bool IsFull => _length > Room;

    public void Clear() => _length = 0;

    /// <summary>Adds any frame.</summary>
    public void Add(ClientFrame frame)
    {
        var encoded = FrameCodec.Protobuf.Writer.Encode(frame);
        encoded.Span.CopyTo(Reserve(encoded.Length));
    }

    /// <summary>Adds a <c>send</c>.</summary>
    /// <param name="id">Of the request.</param>
    /// <param name="cid">Of the message.</param>
    /// <param name="after">The message before it, when that is not answered; else empty.</param>
    /// <param name="stamp">What its text begins with.</param>
    public void AddSend(uint id, Guid cid, Guid after, MessageStamp stamp)
    {
        var body =
            _target.Length
            + 2
            + CidLength
            + 1
            + SizeOf((uint)_textLength)
            + _textLength
            + (after == Guid.Empty ? 0 : 2 + CidLength);
        var frame = 1 + SizeOf(id) + 1 + SizeOf((uint)body) + body;
        var at = Reserve(SizeOf((uint)frame) + frame);
        Put(ref at, (uint)frame);
        Put(ref at, 0x08);
        Put(ref at, id);
        Put(ref at, 0x22);
        Put(ref at, (uint)body);
        Put(ref at, _target);
        PutCid(ref at, 0x1A, cid);
        Put(ref at, 0x22);
        Put(ref at, (uint)_textLength);
        stamp.Write(at);
        at = at[MessageStamp.Length..];
        Put(ref at, _filling);
        if (after != Guid.Empty)
        {
            PutCid(ref at, 0x2A, after);
        }
    }

    private static void PutCid(ref Span<byte> at, byte tag, Guid cid)
    {
        at[0] = tag;
        at[1] = CidLength;
        cid.TryFormat(at[2..], out _);
        at = at[(2 + CidLength)..];
    }

    private static void Put(ref Span<byte> at, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(at);
        at = at[bytes.Length..];
    }

    private static void Put(ref Span<byte> at, uint number)
    {
        for (; number >= 0x80; number >>= 7, at = at[1..])
        {
            at[0] = (byte)(number | 0x80);
        }

        at[0] = (byte)number;
        at = at[1..];
    }

    private static int SizeOf(uint number)
    {
        var size = 1;
        for (; number >= 0x80; number >>= 7)
        {
            size++;
        }

        return size;
    }

    private Span<byte> Reserve(int count)
    {
        var needed = LoadSocket.HeadRoom + _length + count;
        if (needed > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(needed, _bytes.Length * 2));
        }

        var at = _bytes.AsSpan(LoadSocket.HeadRoom + _length, count);
        _length += count;
        return at;
    }
}
