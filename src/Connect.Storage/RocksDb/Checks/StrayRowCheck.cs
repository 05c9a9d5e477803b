using Connect.Contracts.Identifiers;
using Connect.Storage.Encryption;
using Connect.Storage.Rows;
using RocksDbSharp;

namespace Connect.Storage.RocksDb.Checks;

/// <summary>
/// The reverse check: every row belongs to something that exists, every idempotency row names an existing message, and
/// every key opens.
/// </summary>
internal sealed class StrayRowCheck(Database database, ConversationTables tables, StoreKeys keys, Findings findings)
{
    public long IdempotencyRows { get; private set; }

    public void Run()
    {
        CheckOwners(database.Conversations, "conversation row");
        CheckOwners(database.Members, "member block");
        CheckOwners(database.Entries, "entry");
        if (database.HasAuthors)
        {
            CheckOwners(database.Authors, "row of an author");
        }

        CheckCids();
        CheckKeys();
    }

    private void CheckOwners(ColumnFamilyHandle table, string what)
    {
        Each(
            table,
            (key, _) =>
            {
                if (!database.Has(database.Heads, key.AsSpan(0, RowKeys.OwnerLength)))
                {
                    findings.Add($"a {what} of {new ConversationId(RowKeys.ReadId(key))}, which has no head");
                }
            }
        );
    }

    private void CheckCids() =>
        Each(
            database.Dedupe,
            (key, value) =>
            {
                IdempotencyRows++;
                var conversation = new ConversationId(RowKeys.ReadId(key));
                var what = $"an idempotency row of {conversation}";
                findings.Run(what, () => CheckCid(conversation, key, DedupeRow.Read(value)));
            }
        );

    private void CheckCid(ConversationId conversation, byte[] key, DedupeRow row)
    {
        var sender = new UserId(RowKeys.ReadId(key.AsSpan(RowKeys.OwnerLength)));
        var cid = new Cid(new Guid(key.AsSpan(RowKeys.PairLength), bigEndian: true));
        if (tables.FindKey(conversation) is not { } dataKey)
        {
            throw new InvalidDataException("the conversation has no key");
        }

        if (tables.FindHead(conversation) is { } head && row.Seq <= head.Floor)
        {
            // The entry was deleted because of its age; its cid is still known.
            return;
        }

        var entry = tables.ReadEntry(conversation, row.Seq);
        if (
            entry.Cid != cid
            || entry.From != sender
            || entry.Time != row.Time
            || dataKey.Fingerprint(entry.Body.Span) != row.Fingerprint
        )
        {
            throw new InvalidDataException($"entry {row.Seq} is not the message that it names");
        }
    }

    private void CheckKeys() =>
        Each(
            database.DataKeys,
            (key, value) =>
            {
                var owner = RowKeys.ReadId(key);
                var table = (RowTable)key[RowKeys.OwnerLength];
                var what = table == RowTable.ConversationKey ? $"{new ConversationId(owner)}" : $"{new UserId(owner)}";
                findings.Run($"the key of {what}", () => keys.Unwrap(table, owner, value));
            }
        );

    private void Each(ColumnFamilyHandle table, Action<byte[], byte[]> check)
    {
        using var iterator = database.Iterate(table);
        for (iterator.SeekToFirst(); iterator.Valid(); iterator.Next())
        {
            check(iterator.Key(), iterator.Value());
        }

        Database.ThrowIfFailed(iterator);
    }
}
