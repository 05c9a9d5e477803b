namespace Connect.LoadGen.Checking;

/// <summary>What happened in one conversation, from the outside.</summary>
/// <param name="Sends">By sending device, its messages in the order it sent them.</param>
/// <param name="Logs">By receiving device, its entries in the order it was given them.</param>
public sealed record RunHistory(
    IReadOnlyDictionary<string, IReadOnlyList<SendRecord>> Sends,
    IReadOnlyDictionary<string, IReadOnlyList<SeenEntry>> Logs
);
