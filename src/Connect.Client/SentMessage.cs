namespace Connect.Client;

/// <summary>A message that is committed: it is durable, and its seq never changes.</summary>
/// <param name="Conversation">Its conversation.</param>
/// <param name="Cid">Its id, given by this device.</param>
/// <param name="Seq">Its number in the conversation.</param>
/// <param name="Time">When it was committed.</param>
/// <param name="Duplicate">It had been committed before, by an earlier transmission.</param>
public sealed record SentMessage(string Conversation, string Cid, long Seq, DateTimeOffset Time, bool Duplicate);
