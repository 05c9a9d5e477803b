namespace Connect.Protocol.Frames;

/// <summary>Why a frame was refused; the default value is "no error".</summary>
/// <param name="Code"><see cref="ErrorCode.BadFrame"/>, <see cref="ErrorCode.TooLarge"/> or none.</param>
/// <param name="Reason">What is wrong, without any of the frame's content: fit for the peer and for logs.</param>
public readonly record struct FrameError(ErrorCode Code, string? Reason)
{
    public bool IsError => Code != ErrorCode.None;

    internal static FrameError BadFrame(string reason) => new(ErrorCode.BadFrame, reason);

    internal static FrameError TooLarge(string reason) => new(ErrorCode.TooLarge, reason);
}
