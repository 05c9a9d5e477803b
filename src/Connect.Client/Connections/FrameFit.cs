using System.Buffers;
using Connect.Protocol.Frames;
using Google.Protobuf.Collections;
using Wire = Connect.Protocol.V1;

namespace Connect.Client.Connections;

/// <summary>
/// Whether a frame is within the server's limit for one message. The server closes the connection for good over a
/// larger one, so lists are shortened and texts refused before they are sent.
/// </summary>
internal sealed class FrameFit(FrameCodec codec)
{
    /// <summary>A character takes at most six bytes, escaped in JSON.</summary>
    private const int CharacterBytes = 6;

    /// <summary>More than anything but the text takes in a <c>send</c>.</summary>
    private const int SendBytes = 1_024;

    /// <summary>More than anything but its list takes in a request.</summary>
    private const int RequestBytes = 256;

    private readonly ArrayBufferWriter<byte> _buffer = new();

    /// <summary>The bytes of one message.</summary>
    public int Limit { get; set; } = ProtocolLimits.ClientMessageBytes;

    public bool Fits(Wire.ClientFrame frame)
    {
        if (frame.BodyCase == Wire.ClientFrame.BodyOneofCase.Send && IsSmall(frame.Send.Text))
        {
            return true;
        }

        _buffer.ResetWrittenCount();
        codec.Writer.Write(frame, _buffer);
        return _buffer.WrittenCount <= Limit;
    }

    /// <summary>
    /// Drops items from one end of a list of the frame, half of them at a time, until the frame fits or one is left.
    /// </summary>
    public void Shorten<T>(Wire.ClientFrame frame, RepeatedField<T> items, bool keepLast = false)
    {
        while (items.Count > 1 && !Fits(frame))
        {
            for (var drop = items.Count / 2; drop > 0; drop--)
            {
                items.RemoveAt(keepLast ? 0 : items.Count - 1);
            }
        }
    }

    /// <summary>Ids in parts that fit one request each, whatever the encoding.</summary>
    public static IEnumerable<string[]> SplitIds(IReadOnlyCollection<string> ids, int limit)
    {
        // In JSON an id has quotes and a comma.
        var bytes = ids.Select(id => id.Length).DefaultIfEmpty().Max() + 3;
        var most = Math.Clamp((limit - RequestBytes) / bytes, 1, ProtocolLimits.ConversationIdsPerFrame);
        return ids.Chunk(most);
    }

    private bool IsSmall(string text) => ((long)text.Length * CharacterBytes) + SendBytes <= Limit;
}
