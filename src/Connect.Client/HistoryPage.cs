namespace Connect.Client;

/// <summary>A page of a conversation's history.</summary>
/// <param name="Conversation">Which conversation.</param>
/// <param name="Entries">Ascending.</param>
/// <param name="HasMoreBefore">Whether there are older entries.</param>
/// <param name="HasMoreAfter">Whether there are newer ones.</param>
public sealed record HistoryPage(
    string Conversation,
    IReadOnlyList<Entry> Entries,
    bool HasMoreBefore,
    bool HasMoreAfter
);
