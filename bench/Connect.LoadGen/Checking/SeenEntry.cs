namespace Connect.LoadGen.Checking;

/// <summary>One entry that a device was given.</summary>
/// <param name="Seq">Its number in the conversation.</param>
/// <param name="Key">Of a message, what was sent; null for another kind of entry.</param>
public sealed record SeenEntry(long Seq, string? Key);
