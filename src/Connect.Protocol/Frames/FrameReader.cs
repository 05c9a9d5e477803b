using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Connect.Protocol.V1;

namespace Connect.Protocol.Frames;

/// <summary>
/// Reads the frames of one complete WebSocket message. Whatever the bytes are, the result is a frame or a
/// <see cref="FrameError"/>: no input makes a reader throw.
/// </summary>
public abstract class FrameReader
{
    private protected FrameReader() { }

    private delegate FrameError Decoder<TFrame>(
        ReadOnlySpan<byte> bytes,
        FrameLimits limits,
        out TFrame? frame,
        FrameReader reader
    );

    /// <summary>Reads the next frame of a client and moves <paramref name="message"/> behind it.</summary>
    /// <param name="message">What is left of the message.</param>
    /// <param name="limits">What is accepted, mostly <see cref="FrameLimits.FromClient"/>.</param>
    /// <param name="frame">The frame. A request of an unknown kind has its id and no body.</param>
    /// <param name="error">What is wrong, when the result is false and the message is not simply at its end.</param>
    /// <returns>Whether there was a frame. After an error the rest of the message cannot be read.</returns>
    public bool TryReadClientFrame(
        ref ReadOnlySequence<byte> message,
        FrameLimits limits,
        [NotNullWhen(true)] out ClientFrame? frame,
        out FrameError error
    ) => TryRead(ref message, limits, DecodeClientFrame, out frame, out error);

    /// <summary>Reads the next frame of the server and moves <paramref name="message"/> behind it.</summary>
    /// <inheritdoc cref="TryReadClientFrame"/>
    public bool TryReadServerFrame(
        ref ReadOnlySequence<byte> message,
        FrameLimits limits,
        [NotNullWhen(true)] out ServerFrame? frame,
        out FrameError error
    ) => TryRead(ref message, limits, DecodeServerFrame, out frame, out error);

    /// <summary>
    /// Reads all frames of one message of a client into <paramref name="frames"/>, at most
    /// <see cref="FrameLimits.Frames"/>. What was read before an error stays in the list.
    /// </summary>
    /// <returns>The error that ended the reading, if any.</returns>
    public FrameError ReadClientFrames(
        ReadOnlySequence<byte> message,
        FrameLimits limits,
        ICollection<ClientFrame> frames
    )
    {
        ArgumentNullException.ThrowIfNull(frames);
        return ReadAll(message, limits, frames, DecodeClientFrame);
    }

    /// <summary>Reads all frames of one message of the server.</summary>
    /// <inheritdoc cref="ReadClientFrames"/>
    public FrameError ReadServerFrames(
        ReadOnlySequence<byte> message,
        FrameLimits limits,
        ICollection<ServerFrame> frames
    )
    {
        ArgumentNullException.ThrowIfNull(frames);
        return ReadAll(message, limits, frames, DecodeServerFrame);
    }

    /// <summary>Cuts the bytes of the next frame from the message, without its delimiter.</summary>
    private protected abstract bool TryCut(
        ref ReadOnlySequence<byte> message,
        FrameLimits limits,
        out ReadOnlySequence<byte> frame,
        out FrameError error
    );

    private protected abstract FrameError Decode(ReadOnlySpan<byte> bytes, FrameLimits limits, out ClientFrame? frame);

    private protected abstract FrameError Decode(ReadOnlySpan<byte> bytes, FrameLimits limits, out ServerFrame? frame);

    private static FrameError DecodeClientFrame(
        ReadOnlySpan<byte> bytes,
        FrameLimits limits,
        out ClientFrame? frame,
        FrameReader reader
    ) => reader.Decode(bytes, limits, out frame);

    private static FrameError DecodeServerFrame(
        ReadOnlySpan<byte> bytes,
        FrameLimits limits,
        out ServerFrame? frame,
        FrameReader reader
    ) => reader.Decode(bytes, limits, out frame);

    private FrameError ReadAll<TFrame>(
        ReadOnlySequence<byte> message,
        FrameLimits limits,
        ICollection<TFrame> frames,
        Decoder<TFrame> decode
    )
        where TFrame : class
    {
        FrameError error;
        for (var count = 0; TryRead(ref message, limits, decode, out var frame, out error); count++)
        {
            if (count == limits.Frames)
            {
                return FrameError.TooLarge("too many frames in one message");
            }

            frames.Add(frame);
        }

        return error;
    }

    private bool TryRead<TFrame>(
        ref ReadOnlySequence<byte> message,
        FrameLimits limits,
        Decoder<TFrame> decode,
        [NotNullWhen(true)] out TFrame? frame,
        out FrameError error
    )
        where TFrame : class
    {
        ArgumentNullException.ThrowIfNull(limits);
        frame = null;
        error = default;
        if (message.Length > limits.MessageBytes)
        {
            error = FrameError.TooLarge("the message has too many bytes");
            return false;
        }

        if (!TryCut(ref message, limits, out var bytes, out error))
        {
            return false;
        }

        if (bytes.IsSingleSegment)
        {
            error = decode(bytes.FirstSpan, limits, out frame, this);
        }
        else
        {
            // At most MessageBytes: checked above.
            var rented = ArrayPool<byte>.Shared.Rent((int)bytes.Length);
            bytes.CopyTo(rented);
            error = decode(rented.AsSpan(0, (int)bytes.Length), limits, out frame, this);
            ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        }

        return !error.IsError && frame is not null;
    }
}

/// <summary>
/// What a reader accepts. Everything here is checked before memory is spent on what is refused; above a limit the
/// reader answers <see cref="ErrorCode.TooLarge"/>.
/// </summary>
public sealed record FrameLimits
{
    /// <summary>The limits of frames that a client sends.</summary>
    public static FrameLimits FromClient { get; } = new();

    /// <summary>The limits of frames that the server sends.</summary>
    public static FrameLimits FromServer { get; } =
        new()
        {
            MessageBytes = ProtocolLimits.ServerMessageBytes,
            Positions = ProtocolLimits.ServerListItems,
            Items = ProtocolLimits.ServerItemsPerFrame,
        };

    /// <summary>Bytes of one WebSocket message.</summary>
    public int MessageBytes { get; init; } = ProtocolLimits.ClientMessageBytes;

    /// <summary>Frames in one WebSocket message.</summary>
    public int Frames { get; init; } = ProtocolLimits.FramesPerMessage;

    /// <summary>Positions in one list.</summary>
    public int Positions { get; init; } = ProtocolLimits.PositionsPerFrame;

    /// <summary>Marks in one <c>mark</c>.</summary>
    public int Marks { get; init; } = ProtocolLimits.MarksPerFrame;

    /// <summary>User ids in each list of a <c>watch</c>.</summary>
    public int WatchIds { get; init; } = ProtocolLimits.WatchIdsPerFrame;

    /// <summary>Conversations in <c>state.open</c>.</summary>
    public int OpenConversations { get; init; } = ProtocolLimits.OpenConversations;

    /// <summary>Ids in <c>conversations.ids</c>.</summary>
    public int ConversationIds { get; init; } = ProtocolLimits.ConversationIdsPerFrame;

    /// <summary>Items in each other list; only frames of the server have any.</summary>
    public int ServerListItems { get; init; } = ProtocolLimits.ServerListItems;

    /// <summary>All items of all lists in one frame.</summary>
    public int Items { get; init; } = ProtocolLimits.ClientItemsPerFrame;
}

/// <summary>Why a frame was refused; the default value is "no error".</summary>
/// <param name="Code"><see cref="ErrorCode.BadFrame"/>, <see cref="ErrorCode.TooLarge"/> or none.</param>
/// <param name="Reason">What is wrong, without any of the frame's content: fit for the peer and for logs.</param>
public readonly record struct FrameError(ErrorCode Code, string? Reason)
{
    public bool IsError => Code != ErrorCode.None;

    internal static FrameError BadFrame(string reason) => new(ErrorCode.BadFrame, reason);

    internal static FrameError TooLarge(string reason) => new(ErrorCode.TooLarge, reason);
}
