using System.Buffers;
using System.Collections.Immutable;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Storage.Committing;
using Connect.Storage.Encryption;
using Connect.Storage.Reading;
using Connect.Storage.RocksDb.Rows;
using RocksDbSharp;

namespace Connect.Storage.RocksDb;

/// <summary>
/// The rows of conversations, sealed and opened, one call each; on the thread of whoever asks. The caller holds the
/// database open.
/// </summary>
internal sealed class ConversationTables(Database database, StoreKeys keys, int cachedHeads)
{
    /// <summary>For the committer's thread alone.</summary>
    public HeadCache WrittenHeads { get; } = new(cachedHeads);

    public DataKey? FindKey(ConversationId conversation) => keys.Find(RowTable.ConversationKey, conversation.Value);

    public ConversationHead? FindHead(ConversationId conversation)
    {
        Span<byte> key = stackalloc byte[RowKeys.OwnerLength];
        RowKeys.Owner(key, conversation.Value);
        return database.Get(database.Heads, key) is { } row ? HeadRow.Read(row) : null;
    }

    /// <summary>The heads of many, in the order asked, in one call of the database.</summary>
    public ImmutableArray<ConversationHead?> FindHeads(ImmutableArray<ConversationId> conversations)
    {
        var keys = new byte[conversations.Length][];
        for (var i = 0; i < keys.Length; i++)
        {
            keys[i] = new byte[RowKeys.OwnerLength];
            RowKeys.Owner(keys[i], conversations[i].Value);
        }

        return
        [
            .. database
                .GetMany(database.Heads, keys)
                .Select(row => row is null ? null : (ConversationHead?)HeadRow.Read(row)),
        ];
    }

    public ConversationCreation ReadCreation(ConversationId conversation)
    {
        Span<byte> key = stackalloc byte[RowKeys.OwnerLength];
        RowKeys.Owner(key, conversation.Value);
        var row = Required(database.Get(database.Conversations, key), "conversation");
        return ConversationRow.Read(Cipher(conversation).Open(RowTable.Conversation, conversation.Value, [], row));
    }

    /// <summary>Looks for a member, block by block.</summary>
    public Member? FindMember(ConversationId conversation, UserId user, int memberRows)
    {
        for (var block = 0; block < MemberBlock.CountFor(memberRows); block++)
        {
            if (MemberBlock.Find(OpenBlock(conversation, block), user) is { } member)
            {
                return member;
            }
        }

        return null;
    }

    public ImmutableArray<Member> ReadMembers(ConversationId conversation, int memberRows)
    {
        var members = new List<Member>(memberRows);
        for (var block = 0; block < MemberBlock.CountFor(memberRows); block++)
        {
            MemberBlock.Read(OpenBlock(conversation, block), members);
        }

        return [.. members];
    }

    /// <summary>The members of one block.</summary>
    public List<Member> ReadBlock(ConversationId conversation, int block)
    {
        var members = new List<Member>(MemberBlock.Capacity);
        MemberBlock.Read(OpenBlock(conversation, block), members);
        return members;
    }

    public Entry ReadEntry(ConversationId conversation, long seq)
    {
        Span<byte> key = stackalloc byte[RowKeys.EntryLength];
        RowKeys.Entry(key, conversation, seq);
        var row = Required(database.Get(database.Entries, key), "entry");
        return OpenEntry(Cipher(conversation), conversation, seq, key, row);
    }

    /// <summary>Adds a range of entries to a page, ascending or descending, until it is full.</summary>
    public void ReadEntries(ConversationId conversation, SeqRange range, bool descending, EntryPage page)
    {
        if (range.From > range.To || page.IsFull)
        {
            return;
        }

        var cipher = Cipher(conversation);
        Span<byte> key = stackalloc byte[RowKeys.EntryLength];
        var (seq, last, step) = descending ? (range.To, range.From, -1) : (range.From, range.To, 1);
        RowKeys.Entry(key, conversation, seq);
        using var iterator = database.Iterate(database.Entries);
        iterator.Seek(key);
        while (true)
        {
            // The log is dense: a row that is not the next one is a hole, and a hole is damage.
            if (!iterator.Valid() || !iterator.GetKeySpan().SequenceEqual(key))
            {
                Database.ThrowIfFailed(iterator);
                throw Missing("entry");
            }

            var more = page.Add(OpenEntry(cipher, conversation, seq, key, iterator.GetValueSpan()));
            if (!more || seq == last)
            {
                return;
            }

            seq += step;
            RowKeys.Entry(key, conversation, seq);
            _ = descending ? iterator.Prev() : iterator.Next();
        }
    }

    public DedupeRow? FindCid(ConversationId conversation, UserId sender, Cid cid, long notCommittedBefore)
    {
        Span<byte> key = stackalloc byte[RowKeys.DedupeLength];
        RowKeys.Dedupe(key, conversation, sender, cid);
        Span<byte> row = stackalloc byte[DedupeRow.Length];
        if (!database.TryGet(database.Dedupe, key, row))
        {
            return null;
        }

        var found = DedupeRow.Read(row);
        return found.CommittedAt >= notCommittedBefore ? found : null;
    }

    public void PutHead(WriteBatch batch, ConversationId conversation, ConversationHead head)
    {
        Span<byte> key = stackalloc byte[RowKeys.OwnerLength];
        RowKeys.Owner(key, conversation.Value);
        batch.Put(key, HeadRow.Write(head), database.Heads);

        // Who knows that the write is through puts it back.
        WrittenHeads.Forget(conversation);
    }

    /// <summary>The ids of heads behind this one, ascending.</summary>
    public ImmutableArray<ConversationId> NextConversations(ConversationId after, int count)
    {
        Span<byte> key = stackalloc byte[RowKeys.OwnerLength];
        RowKeys.Owner(key, after.Value + 1);
        var next = ImmutableArray.CreateBuilder<ConversationId>();
        using var iterator = database.Iterate(database.Heads);
        for (iterator.Seek(key); iterator.Valid() && next.Count < count; iterator.Next())
        {
            next.Add(new(RowKeys.ReadId(iterator.GetKeySpan())));
        }

        Database.ThrowIfFailed(iterator);
        return next.DrainToImmutable();
    }

    /// <summary>Whether an entry at or below a seq is still there.</summary>
    public bool HasEntryUpTo(ConversationId conversation, long seq)
    {
        Span<byte> key = stackalloc byte[RowKeys.EntryLength];
        RowKeys.Entry(key, conversation, 0);
        using var iterator = database.Iterate(database.Entries);
        iterator.Seek(key);
        RowKeys.Entry(key, conversation, seq);
        var found = iterator.Valid() && iterator.GetKeySpan().SequenceCompareTo(key) <= 0;
        Database.ThrowIfFailed(iterator);
        return found;
    }

    /// <summary>Adds the end of all entries up to a seq to a batch.</summary>
    public void DropEntries(WriteBatch batch, ConversationId conversation, long through)
    {
        var (from, to) = (new byte[RowKeys.EntryLength], new byte[RowKeys.EntryLength]);
        RowKeys.Entry(from, conversation, 0);
        RowKeys.Entry(to, conversation, through + 1);
        batch.DeleteRange(from, (ulong)from.Length, to, (ulong)to.Length, database.Entries);
    }

    public void PutCreation(
        WriteBatch batch,
        ConversationId conversation,
        DataKey dataKey,
        ConversationCreation creation
    )
    {
        PutDescription(batch, conversation, dataKey, creation);
        keys.Put(batch, RowTable.ConversationKey, conversation.Value, dataKey);
    }

    /// <summary>Kind and title alone.</summary>
    public void PutDescription(
        WriteBatch batch,
        ConversationId conversation,
        DataKey dataKey,
        ConversationCreation creation
    )
    {
        Span<byte> key = stackalloc byte[RowKeys.OwnerLength];
        RowKeys.Owner(key, conversation.Value);
        var row = ConversationRow.Write(creation);
        batch.Put(key, dataKey.Cipher.Seal(RowTable.Conversation, conversation.Value, [], row), database.Conversations);
    }

    /// <summary>
    /// Destroys the key of a conversation, and with it everything that it sealed, also in files not yet compacted; the
    /// rows go too. A backup made before keeps the key. The head stays, the caller's to write.
    /// </summary>
    public void Destroy(WriteBatch batch, ConversationId conversation)
    {
        var owner = new byte[RowKeys.OwnerLength];
        RowKeys.Owner(owner, conversation.Value);
        var next = new byte[RowKeys.OwnerLength];
        RowKeys.Owner(next, conversation.Value + 1);
        keys.Delete(batch, RowTable.ConversationKey, conversation.Value);
        batch.Delete(owner, database.Conversations);
        foreach (var table in new[] { database.Entries, database.Members, database.Dedupe })
        {
            batch.DeleteRange(owner, (ulong)owner.Length, next, (ulong)next.Length, table);
        }
    }

    public void PutBlock(
        WriteBatch batch,
        ConversationId conversation,
        DataKey dataKey,
        int block,
        List<Member> members
    )
    {
        Span<byte> key = stackalloc byte[RowKeys.MemberLength];
        RowKeys.Member(key, conversation, block);
        var row = MemberBlock.Write(members);
        batch.Put(
            key,
            dataKey.Cipher.Seal(RowTable.Members, conversation.Value, RowKeys.Row(key), row),
            database.Members
        );
    }

    public void PutEntry(WriteBatch batch, ConversationId conversation, long seq, ReadOnlySpan<byte> sealedEntry)
    {
        Span<byte> key = stackalloc byte[RowKeys.EntryLength];
        RowKeys.Entry(key, conversation, seq);
        batch.Put(key, sealedEntry, database.Entries);
    }

    public void PutCid(WriteBatch batch, ConversationId conversation, UserId sender, Cid cid, DedupeRow row)
    {
        Span<byte> key = stackalloc byte[RowKeys.DedupeLength];
        RowKeys.Dedupe(key, conversation, sender, cid);
        Span<byte> value = stackalloc byte[DedupeRow.Length];
        row.Write(value);
        batch.Put(key, value, database.Dedupe);
    }

    /// <summary>Seals an entry; needs nothing of the database, so it is done before the committer's turn.</summary>
    public static byte[] SealEntry(ConversationId conversation, DataKey dataKey, Entry entry)
    {
        Span<byte> key = stackalloc byte[RowKeys.EntryLength];
        RowKeys.Entry(key, conversation, entry.Seq);
        var length = EntryRow.LengthOf(entry);
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        var row = buffer.AsSpan(0, length);
        EntryRow.Write(row, entry);
        var sealedEntry = dataKey.Cipher.Seal(RowTable.Entry, conversation.Value, RowKeys.Row(key), row);
        row.Clear();
        ArrayPool<byte>.Shared.Return(buffer);
        return sealedEntry;
    }

    /// <summary>Opens an entry's row.</summary>
    public static Entry OpenEntry(DataKey dataKey, ConversationId conversation, long seq, ReadOnlySpan<byte> row)
    {
        Span<byte> key = stackalloc byte[RowKeys.EntryLength];
        RowKeys.Entry(key, conversation, seq);
        return OpenEntry(dataKey.Cipher, conversation, seq, key, row);
    }

    private static Entry OpenEntry(
        RowCipher cipher,
        ConversationId conversation,
        long seq,
        ReadOnlySpan<byte> key,
        ReadOnlySpan<byte> row
    ) => EntryRow.Read(seq, cipher.Open(RowTable.Entry, conversation.Value, RowKeys.Row(key), row));

    private byte[] OpenBlock(ConversationId conversation, int block)
    {
        Span<byte> key = stackalloc byte[RowKeys.MemberLength];
        RowKeys.Member(key, conversation, block);
        var row = Required(database.Get(database.Members, key), "member block");
        return Cipher(conversation).Open(RowTable.Members, conversation.Value, RowKeys.Row(key), row);
    }

    private RowCipher Cipher(ConversationId conversation) => (FindKey(conversation) ?? throw Missing("key")).Cipher;

    private static byte[] Required(byte[]? row, string what) => row ?? throw Missing(what);

    private static InvalidDataException Missing(string what) => new($"The store is damaged: a {what} is missing.");
}
