using System.Buffers.Binary;
using Connect.Contracts.Accounts;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Storage.Encryption;
using Connect.Storage.Rows;
using Connect.Storage.Rules;
using RocksDbSharp;

namespace Connect.Storage.RocksDb.Checks;

/// <summary>
/// Reads every conversation: its rows open, its entries are dense up to the head, its counts are right, and each recent
/// message has its idempotency row.
/// </summary>
internal sealed class ConversationCheck(Database database, ConversationTables tables, Findings findings, long now)
{
    /// <summary>Younger messages must have an idempotency row; one day less than the lifetime of such a row.</summary>
    private const long Remembered = CommitRules.DedupeLifetimeMilliseconds - 24L * 60 * 60 * 1000;

    public long Conversations { get; private set; }

    public long Members { get; private set; }

    public long Entries { get; private set; }

    public void Run()
    {
        using var iterator = database.Iterate(database.Heads);
        for (iterator.SeekToFirst(); iterator.Valid(); iterator.Next())
        {
            var conversation = new ConversationId(RowKeys.ReadId(iterator.GetKeySpan()));
            Conversations++;
            var row = iterator.Value();
            findings.Run($"conversation {conversation}", () => Check(conversation, HeadRow.Read(row)));
        }

        Database.ThrowIfFailed(iterator);
    }

    private void Check(ConversationId conversation, ConversationHead head)
    {
        if (head.MemberRows == 0)
        {
            // Closed: its key is destroyed, and only the head is left.
            CheckClosed(conversation);
            return;
        }

        var key = tables.FindKey(conversation) ?? throw new InvalidDataException("its key is missing");
        tables.ReadCreation(conversation);
        CheckMembers(conversation, head);
        CheckEntries(conversation, head, key);
    }

    private void CheckClosed(ConversationId conversation)
    {
        ColumnFamilyHandle[] tables = [database.Conversations, database.Entries, database.Members, database.Dedupe];
        foreach (var table in database.HasAuthors ? [.. tables, database.Authors] : tables)
        {
            if (database.ReadOwner(table, conversation.Value).Count > 0)
            {
                findings.Add($"conversation {conversation}: it is closed and still has rows");
            }
        }
    }

    private void CheckMembers(ConversationId conversation, ConversationHead head)
    {
        var what = $"members of {conversation}";
        if (findings.Try(what, () => tables.ReadMembers(conversation, head.MemberRows).ToList()) is not { } members)
        {
            return;
        }

        Members += members.Count;
        var present = members.Count(member => member.IsPresent);
        if (members.Count != head.MemberRows || present != head.PresentMembers)
        {
            findings.Add(
                $"conversation {conversation}: its head counts {head.PresentMembers} of {head.MemberRows} members "
                    + $"present, its rows {present} of {members.Count}"
            );
        }

        foreach (var member in members)
        {
            if (member.Marks.Read > head.Seq || member.Marks.Delivered > head.Seq)
            {
                findings.Add($"conversation {conversation}: the marks of {member.User} are above the head");
            }

            if (member.Marks.Ended.All is [.., var last] && last.To > member.Marks.Delivered)
            {
                findings.Add($"conversation {conversation}: what ended for {member.User} is above their mark");
            }

            if (member.IsPresent && IsThere(member.User) && !HasIndexRow(member.User, conversation))
            {
                findings.Add($"conversation {conversation}: {member.User} is a member without an index row");
            }
        }
    }

    private void CheckEntries(ConversationId conversation, ConversationHead head, DataKey key)
    {
        var owner = new byte[RowKeys.OwnerLength];
        RowKeys.Owner(owner, conversation.Value);
        var (next, time, messages) = (head.Floor + 1, 0L, head.FloorMessages);
        var authors = new AuthorCheck(tables.Authors, conversation, head.Floor, key, findings);
        using var iterator = database.Iterate(database.Entries);
        for (iterator.Seek(owner); iterator.Valid() && iterator.GetKeySpan().StartsWith(owner); iterator.Next())
        {
            Entries++;
            var seq = BinaryPrimitives.ReadInt64BigEndian(RowKeys.Row(iterator.GetKeySpan()));
            if (time == 0 && seq <= head.Floor)
            {
                // Below the floor; the next round of the sweep deletes the row.
                (next, messages) = (seq, -1);
            }

            if (seq != next)
            {
                findings.Add($"conversation {conversation}: entries {next} to {seq - 1} are missing");
            }

            next = seq + 1;
            var row = iterator.Value();
            var what = $"conversation {conversation}, entry {seq}";
            if (findings.Try(what, () => SealedRows.OpenEntry(key, conversation, seq, row)) is not { } entry)
            {
                messages = -1;
                continue;
            }

            // After an unreadable row the count starts over.
            var expected = messages + (entry.Kind.CountsAsMessage() ? 1 : 0);
            if (entry.Time < time || (messages >= 0 && entry.Messages != expected))
            {
                findings.Add($"{what}: its time or its count does not follow that of the entry before");
            }

            (time, messages) = (entry.Time, entry.Messages);
            CheckCid(conversation, entry, key);
            authors.Check(entry);
        }

        Database.ThrowIfFailed(iterator);
        authors.End(database);
        if (time > 0 || head.Floor < head.Seq)
        {
            CheckHead(conversation, head, next - 1, time, messages);
        }
    }

    private void CheckHead(ConversationId conversation, ConversationHead head, long last, long time, long messages)
    {
        if (last != head.Seq)
        {
            findings.Add($"conversation {conversation}: its head is {head.Seq}, its last entry {last}");
        }
        else if (messages >= 0 && (head.LastTime != time || head.Messages != messages))
        {
            findings.Add($"conversation {conversation}: its head has another time or count than its last entry");
        }
    }

    private void CheckCid(ConversationId conversation, Entry entry, DataKey key)
    {
        if (entry.Cid.IsNone || entry.Time < now - Remembered)
        {
            return;
        }

        if (
            tables.FindCid(conversation, entry.From, entry.Cid, 0) is not { } row
            || row.Seq != entry.Seq
            || row.Time != entry.Time
            || row.Fingerprint != key.Fingerprint(entry.Body.Span)
        )
        {
            findings.Add($"conversation {conversation}, entry {entry.Seq}: its idempotency row is missing or another");
        }
    }

    /// <summary>Whether the user has an account that is not being deleted.</summary>
    private bool IsThere(UserId user)
    {
        Span<byte> key = stackalloc byte[RowKeys.OwnerLength];
        RowKeys.Owner(key, user.Value);
        return database.Has(database.Accounts, key) && database.FindGone(user) == DeletionState.None;
    }

    private bool HasIndexRow(UserId user, ConversationId conversation)
    {
        Span<byte> key = stackalloc byte[RowKeys.PairLength];
        RowKeys.Pair(key, user.Value, conversation.Value);
        return database.Has(database.Index, key);
    }
}
