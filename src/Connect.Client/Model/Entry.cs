using System.Text.Json.Serialization;
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
    /// <summary>
    /// Whether this is a message; otherwise it is a change, or of a kind that this version does not know.
    /// </summary>
    [JsonIgnore]
    public bool IsMessage => Kind == EntryKind.Message;

    /// <summary>Never the text: it must not get into a log.</summary>
    public override string ToString() => $"{Conversation} #{Seq} {Kind}";
}

/// <summary>What a change of membership, role or title did.</summary>
/// <param name="User">The member concerned; empty when none is.</param>
/// <param name="Role">The new role.</param>
/// <param name="Title">The new title; empty when it did not change.</param>
/// <param name="Users">The first members of a new group.</param>
public sealed record EntryChange(string User, Role Role, string Title, IReadOnlyList<string> Users)
{
    /// <summary>Never the title: it must not get into a log.</summary>
    public override string ToString() => $"{User} {Role}";
}

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
