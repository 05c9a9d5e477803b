namespace Connect.Client.Engine;

/// <summary>A part of the store to be read for the events.</summary>
/// <param name="Conversation">Which conversation.</param>
/// <param name="After">Above this seq.</param>
/// <param name="Limit">At most this many items.</param>
/// <param name="Life">The life of the conversation when it was asked for: in another one it does not count.</param>
internal readonly record struct StoreRead(string Conversation, long After, int Limit, int Life);
