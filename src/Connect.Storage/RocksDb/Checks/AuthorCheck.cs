using System.Buffers.Binary;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Storage.Encryption;
using Connect.Storage.Rows;

namespace Connect.Storage.RocksDb.Checks;

/// <summary>
/// Compares the index of authors of one conversation with its entries: each message has a row that counts one more than
/// the one before of the same author, and there are no other rows. A conversation that is still to be indexed, as one
/// of an earlier format, is not looked at.
/// </summary>
internal sealed class AuthorCheck(
    AuthorTables authors,
    ConversationId conversation,
    long floor,
    DataKey key,
    Findings findings
)
{
    private readonly Dictionary<UInt128, long> _counts = [];
    private readonly bool _isIndexed = authors.IsIndexed(conversation);
    private long _messages;

    /// <summary>One entry, in the order of the log.</summary>
    public void Check(Entry entry)
    {
        if (!_isIndexed || !entry.Kind.CountsAsMessage() || entry.Seq <= floor)
        {
            return;
        }

        _messages++;
        var author = key.MarkAuthor(entry.From.Value);
        var follows = _counts.TryGetValue(author, out var before);
        var count = authors.Find(conversation, author, entry.Seq);
        if (count is null || (follows && count != before + 1))
        {
            findings.Add($"conversation {conversation}, entry {entry.Seq}: its author's count is missing or wrong");
        }

        _counts[author] = count ?? before + 1;
    }

    /// <summary>All entries were there.</summary>
    public void End(Database database)
    {
        if (!_isIndexed)
        {
            return;
        }

        var owner = new byte[RowKeys.OwnerLength];
        RowKeys.Owner(owner, conversation.Value);
        var rows = 0L;
        using var iterator = database.Iterate(database.Authors);
        for (iterator.Seek(owner); iterator.Valid() && iterator.GetKeySpan().StartsWith(owner); iterator.Next())
        {
            // Below the floor the next round of the sweep deletes them.
            rows += BinaryPrimitives.ReadInt64BigEndian(iterator.GetKeySpan()[RowKeys.PairLength..]) > floor ? 1 : 0;
        }

        Database.ThrowIfFailed(iterator);
        if (rows != _messages)
        {
            findings.Add($"conversation {conversation}: {_messages} messages and {rows} rows of their authors");
        }
    }
}
