namespace Connect.Http.Bodies;

/// <summary>What changes of a conversation for the caller alone; what is absent stays as it is.</summary>
/// <param name="Request"><c>accept</c> or <c>decline</c> what a stranger wrote.</param>
/// <param name="MutedUntil">No noise until then, milliseconds since the epoch; 0 ends it.</param>
/// <param name="Hidden">Out of the list until something new comes; <c>false</c> brings it back.</param>
/// <param name="Seen">With <c>hidden</c>: the head that the caller saw; what is above it is new.</param>
internal sealed record ConversationPatch(
    string? Request = null,
    long? MutedUntil = null,
    bool? Hidden = null,
    long? Seen = null
);

/// <summary>A message to send.</summary>
/// <param name="Text">1 to 8,000 bytes of UTF-8.</param>
/// <param name="To">For a direct conversation that may not have begun: the other user.</param>
/// <param name="After">The cid of this device's latest earlier send here that is still open.</param>
/// <param name="Seen">The highest seq on screen when the message was composed.</param>
internal sealed record MessageRequest(string Text, string? To = null, string? After = null, long Seen = 0);
