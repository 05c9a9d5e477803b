namespace Connect.Http.Bodies;

/// <summary>A message to send.</summary>
/// <param name="Text">1 to 8,000 bytes of UTF-8.</param>
/// <param name="To">For a direct conversation that may not have begun: the other user.</param>
/// <param name="After">The cid of this device's latest earlier send here that is still open.</param>
/// <param name="Seen">The highest seq on screen when the message was composed.</param>
internal sealed record MessageRequest(string Text, string? To = null, string? After = null, long Seen = 0);
