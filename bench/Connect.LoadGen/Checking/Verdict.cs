namespace Connect.LoadGen.Checking;

/// <summary>What a run was worth.</summary>
/// <param name="Sent">Messages sent.</param>
/// <param name="Acked">Of them, those the server acknowledged.</param>
/// <param name="Lost">Acknowledged messages, and holes in a log, that a device lacks; counted per device.</param>
/// <param name="Duplicated">Second copies of a message, and messages that nobody sent.</param>
/// <param name="OutOfOrder">Entries out of place: against the seq, the sender's order, or another device's log.</param>
/// <param name="Problems">The first of each kind, in words.</param>
public sealed record Verdict(
    int Sent,
    int Acked,
    int Lost,
    int Duplicated,
    int OutOfOrder,
    IReadOnlyList<string> Problems
)
{
    /// <summary>Something was sent, all of it was acknowledged, and nothing is wrong.</summary>
    public bool IsClean => Sent > 0 && Acked == Sent && Problems.Count == 0;
}
