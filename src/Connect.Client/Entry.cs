using Connect.Protocol.V1;

namespace Connect.Client;

/// <summary>One numbered element of a conversation's log.</summary>
/// <param name="Conversation">Its conversation.</param>
/// <param name="Seq">Its number: dense, from 1.</param>
/// <param name="Time">When it was committed; it never decreases within a conversation.</param>
/// <param name="Kind">A message, or what kind of change. A later version's kind is kept as its number.</param>
/// <param name="From">The user who wrote the message or made the change.</param>
/// <param name="Cid">The sender's id of a message; empty otherwise.</param>
/// <param name="Text">The text of a message; empty otherwise.</param>
/// <param name="Change">What a change did; null for a message.</param>
public sealed record Entry(
    string Conversation,
    long Seq,
    DateTimeOffset Time,
    EntryKind Kind,
    string From,
    string Cid,
    string Text,
    EntryChange? Change
)
{
    /// <summary>Never the text: it must not get into a log.</summary>
    public override string ToString() => $"{Conversation} #{Seq} {Kind}";
}
