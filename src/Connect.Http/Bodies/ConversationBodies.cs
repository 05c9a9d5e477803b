namespace Connect.Http.Bodies;

/// <summary>The caller's own settings of a conversation; absent fields keep their value.</summary>
/// <param name="Request"><c>accept</c> or <c>decline</c> a message request.</param>
/// <param name="MutedUntil">No notifications until then, milliseconds since the epoch; 0 unmutes.</param>
/// <param name="Hidden">Off the list until something new arrives; <c>false</c> brings it back.</param>
/// <param name="Seen">With <c>hidden</c>: the head the caller saw; anything above it is new.</param>
internal sealed record ConversationPatch(
    string? Request = null,
    long? MutedUntil = null,
    bool? Hidden = null,
    long? Seen = null
);

/// <summary>A message to send.</summary>
/// <param name="Text">1 to 8,000 bytes of UTF-8.</param>
/// <param name="To">The other user, for a direct conversation that may not have begun yet.</param>
/// <param name="After">The cid of this device's latest earlier send here that is still unanswered.</param>
/// <param name="Seen">The highest seq on screen when the message was composed.</param>
internal sealed record MessageRequest(string Text, string? To = null, string? After = null, long Seen = 0);
