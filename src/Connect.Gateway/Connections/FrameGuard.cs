using System.Buffers.Binary;

namespace Connect.Gateway.Connections;

/// <summary>
/// Follows the headers of a client's WebSocket frames (RFC 6455, section 5.2) as its bytes pass, to enforce the limits
/// the framework has none for: a frame that announces 2^40 bytes, a message of 64 MB, 100,000 empty fragments.
/// Everything else that is wrong with a frame is the framework's to refuse.
/// </summary>
internal sealed class FrameGuard(int messageBytes, int fragments)
{
    private const int FixedHeader = 2;
    private const int MaskBytes = 4;
    private const byte FinBit = 0x80;
    private const byte MaskBit = 0x80;
    private const byte OpcodeBits = 0x0F;
    private const byte ControlBit = 0x08;
    private const byte LengthBits = 0x7F;

    private HeaderBytes _header;
    private int _headerLength;
    private ulong _frameLeft;
    private bool _isControl;
    private bool _isFinal;
    private long _messageBytes;
    private int _messageFragments;
    private bool _isInFragments;

    /// <summary>A message, or the frame of one, began and is not complete.</summary>
    public bool IsMessageOpen => _headerLength > 0 || _frameLeft > 0 || _isInFragments;

    /// <summary>Looks at the next bytes of the client. After a violation the guard is of no further use.</summary>
    public FrameViolation Check(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_frameLeft > 0)
            {
                var passed = (int)Math.Min((ulong)bytes.Length, _frameLeft);
                _frameLeft -= (ulong)passed;
                bytes = bytes[passed..];
            }
            else
            {
                _header[_headerLength++] = bytes[0];
                bytes = bytes[1..];
                if (_headerLength < HeaderLength())
                {
                    continue;
                }

                if (BeginFrame() is not FrameViolation.None and var violation)
                {
                    return violation;
                }
            }

            if (_frameLeft == 0)
            {
                EndFrame();
            }
        }

        return FrameViolation.None;
    }

    private int HeaderLength() =>
        _headerLength < FixedHeader
            ? FixedHeader
            : (_header[1] & LengthBits) switch
            {
                126 => FixedHeader + sizeof(ushort),
                127 => FixedHeader + sizeof(ulong),
                _ => FixedHeader,
            };

    private FrameViolation BeginFrame()
    {
        ReadOnlySpan<byte> header = _header;
        var length = (header[1] & LengthBits) switch
        {
            126 => BinaryPrimitives.ReadUInt16BigEndian(header[FixedHeader..]),
            127 => BinaryPrimitives.ReadUInt64BigEndian(header[FixedHeader..]),
            var small => (ulong)small,
        };
        _isControl = (header[0] & OpcodeBits & ControlBit) != 0;
        _isFinal = (header[0] & FinBit) != 0;
        _headerLength = 0;
        if (length > (ulong)messageBytes)
        {
            return FrameViolation.TooManyBytes;
        }

        if (!_isControl)
        {
            _messageBytes += (long)length;
            _messageFragments++;
            _isInFragments = true;
            if (_messageBytes > messageBytes)
            {
                return FrameViolation.TooManyBytes;
            }

            if (_messageFragments > fragments)
            {
                return FrameViolation.TooManyFragments;
            }
        }

        // The masking key passes like payload.
        _frameLeft = length + ((header[1] & MaskBit) != 0 ? MaskBytes : 0ul);
        return FrameViolation.None;
    }

    private void EndFrame()
    {
        if (!_isControl && _isFinal)
        {
            _isInFragments = false;
            _messageBytes = 0;
            _messageFragments = 0;
        }
    }

    [System.Runtime.CompilerServices.InlineArray(FixedHeader + sizeof(ulong))]
    private struct HeaderBytes
    {
        private byte _first;
    }
}

/// <summary>How a client broke the limits of WebSocket framing.</summary>
internal enum FrameViolation
{
    None = 0,

    /// <summary>A frame announces, or a message adds up to, more bytes than are allowed.</summary>
    TooManyBytes,

    /// <summary>A message comes in too many fragments.</summary>
    TooManyFragments,
}
