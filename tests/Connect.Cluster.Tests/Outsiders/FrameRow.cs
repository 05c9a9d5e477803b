using Connect.Protocol.V1;

namespace Connect.Cluster.Tests.Outsiders;

/// <summary>A frame of a client and what outsiders learn from it.</summary>
/// <param name="Kind">Which frame.</param>
/// <param name="Scope">What it is about.</param>
/// <param name="Make">The frame about a conversation, or about a user.</param>
/// <param name="Told">What each outsider is answered.</param>
/// <param name="Answered">False: it has no answer; then members must not notice it.</param>
internal sealed record FrameRow(
    ClientFrame.BodyOneofCase Kind,
    Scope Scope,
    Func<string, ClientFrame> Make,
    Told? Told = null,
    bool Answered = true
);
