namespace Connect.Client.Stores;

/// <summary>What a device holds of a conversation.</summary>
/// <param name="Conversation">Which conversation.</param>
/// <param name="Held">The highest seq up to and including which it lacks nothing it may see.</param>
/// <param name="Consumed">The highest seq that the application has taken.</param>
public sealed record StoredPosition(string Conversation, long Held, long Consumed);
