namespace Connect.LoadGen.Checking;

/// <summary>One message that a device sent.</summary>
/// <param name="Key">What makes it unlike every other message of the run.</param>
/// <param name="Seq">Where the server said it stands; null when it was never acknowledged.</param>
public sealed record SendRecord(string Key, long? Seq);
