using System.Buffers.Binary;
using System.Collections.Immutable;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Storage.Encryption;
using Connect.Storage.Reading;
using Connect.Storage.Rows;
using Connect.Storage.Rules;
using RocksDbSharp;

namespace Connect.Storage.RocksDb;

/// <summary>
/// The rows of conversations, sealed and opened, one call each, on the caller's thread. The caller holds the database
/// open.
/// </summary>
internal sealed class ConversationTables(Database database, StoreKeys keys, int cachedHeads)
{
    private long _entriesOpened;

    /// <summary>For the committer's thread only.</summary>
    public HeadCache WrittenHeads { get; } = new(cachedHeads);

    /// <summary>The index of authors.</summary>
    public AuthorTables Authors { get; } = new(database, cachedHeads);

    /// <summary>When conversations have something to delete.</summary>
    public DueTables Dues { get; } = new(database);

    /// <summary>Entries opened since the start: what a read costs, for tests.</summary>
    public long EntriesOpened => Interlocked.Read(ref _entriesOpened);

    public DataKey? FindKey(ConversationId conversation) => keys.Find(RowTable.ConversationKey, conversation.Value);

    public ConversationHead? FindHead(ConversationId conversation)
    {
        Span<byte> key = stackalloc byte[RowKeys.OwnerLength];
        RowKeys.Owner(key, conversation.Value);
        return database.Get(database.Heads, key) is { } row ? HeadRow.Read(row) : null;
    }

    /// <summary>The heads of many, in the order given, in one call to the database.</summary>
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

    /// <summary>What a list shows of many conversations, in the order given.</summary>
    public ImmutableArray<ListedRows?> ReadList(
        UserId user,
        ImmutableArray<ConversationId> conversations,
        ListParts parts,
        CancellationToken cancellationToken
    )
    {
        var heads = FindHeads(conversations);
        var list = ImmutableArray.CreateBuilder<ListedRows?>(conversations.Length);
        for (var i = 0; i < heads.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            list.Add(heads[i] is { MemberRows: > 0 } head ? ReadListed(user, conversations[i], head, parts) : null);
        }

        return list.MoveToImmutable();
    }

    public ConversationCreation ReadCreation(ConversationId conversation)
    {
        Span<byte> key = stackalloc byte[RowKeys.OwnerLength];
        RowKeys.Owner(key, conversation.Value);
        var row = Required(database.Get(database.Conversations, key), "conversation");
        return SealedRows.OpenCreation(RequireKey(conversation), conversation, row);
    }

    /// <summary>
    /// Finds a member. Those beyond the first block have a row that names theirs, unless an older program wrote the
    /// conversation and nobody joined it since: then block after block is searched.
    /// </summary>
    public Member? FindMember(ConversationId conversation, UserId user, int memberRows)
    {
        if (memberRows > MemberBlock.Capacity)
        {
            if (FindSlot(conversation, user) is { } slot)
            {
                return MemberBlock.Find(OpenBlock(conversation, slot), user);
            }

            if (FindSlot(conversation, default) is not null)
            {
                return MemberBlock.Find(OpenBlock(conversation, 0), user);
            }
        }

        for (var block = 0; block < MemberBlock.CountFor(memberRows); block++)
        {
            if (MemberBlock.Find(OpenBlock(conversation, block), user) is { } member)
            {
                return member;
            }
        }

        return null;
    }

    /// <summary>The block of a member beyond the first; of nobody: set once every such member has a row.</summary>
    public int? FindSlot(ConversationId conversation, UserId user)
    {
        Span<byte> key = stackalloc byte[RowKeys.PairLength];
        RowKeys.Pair(key, conversation.Value, user.Value);
        Span<byte> row = stackalloc byte[sizeof(ushort)];
        return database.TryGet(database.Slots, key, row) ? BinaryPrimitives.ReadUInt16BigEndian(row) : null;
    }

    public void PutSlot(WriteBatch batch, ConversationId conversation, UserId user, int block)
    {
        Span<byte> key = stackalloc byte[RowKeys.PairLength];
        RowKeys.Pair(key, conversation.Value, user.Value);
        Span<byte> row = stackalloc byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16BigEndian(row, checked((ushort)block));
        batch.Put(key, row, database.Slots);
    }

    public void DropSlot(WriteBatch batch, ConversationId conversation, UserId user)
    {
        Span<byte> key = stackalloc byte[RowKeys.PairLength];
        RowKeys.Pair(key, conversation.Value, user.Value);
        batch.Delete(key, database.Slots);
    }

    /// <summary>Notes that a conversation is to be placed anew in the lists of its members.</summary>
    public void NoteMoved(WriteBatch batch, ConversationId conversation)
    {
        Span<byte> key = stackalloc byte[RowKeys.OwnerLength];
        RowKeys.Owner(key, conversation.Value);
        batch.Put(key, [], database.Moved);
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
        Interlocked.Increment(ref _entriesOpened);
        return SealedRows.OpenEntry(RequireKey(conversation), conversation, seq, row);
    }

    /// <summary>Adds a range of entries to a page, ascending or descending, until the page is full.</summary>
    public void ReadEntries(ConversationId conversation, SeqRange range, bool descending, EntryPage page)
    {
        if (range.From > range.To || page.IsFull)
        {
            return;
        }

        var dataKey = RequireKey(conversation);
        Span<byte> key = stackalloc byte[RowKeys.EntryLength];
        var (seq, last, step) = descending ? (range.To, range.From, -1) : (range.From, range.To, 1);
        RowKeys.Entry(key, conversation, seq);
        using var iterator = database.Iterate(database.Entries);
        iterator.Seek(key);
        while (true)
        {
            // The log is dense, so a gap is damage.
            if (!iterator.Valid() || !iterator.GetKeySpan().SequenceEqual(key))
            {
                Database.ThrowIfFailed(iterator);
                throw Missing("entry");
            }

            Interlocked.Increment(ref _entriesOpened);
            var more = page.Add(SealedRows.OpenEntry(dataKey, conversation, seq, iterator.GetValueSpan()));
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

        // Whoever learns that the write succeeded puts it back.
        WrittenHeads.Forget(conversation);
    }

    /// <summary>The ids of the heads after this one, ascending.</summary>
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

    /// <summary>The heads after this one, ascending, with their ids: one search for all of them.</summary>
    public List<(ConversationId Id, ConversationHead Head)> NextHeads(ConversationId after, int count)
    {
        Span<byte> key = stackalloc byte[RowKeys.OwnerLength];
        RowKeys.Owner(key, after.Value + 1);
        var next = new List<(ConversationId, ConversationHead)>();
        using var iterator = database.Iterate(database.Heads);
        for (iterator.Seek(key); iterator.Valid() && next.Count < count; iterator.Next())
        {
            next.Add((new(RowKeys.ReadId(iterator.GetKeySpan())), HeadRow.Read(iterator.GetValueSpan())));
        }

        Database.ThrowIfFailed(iterator);
        return next;
    }

    /// <summary>Adds the deletion of all entries up to a seq to a batch.</summary>
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

    /// <summary>Kind and title only.</summary>
    public void PutDescription(
        WriteBatch batch,
        ConversationId conversation,
        DataKey dataKey,
        ConversationCreation creation
    )
    {
        Span<byte> key = stackalloc byte[RowKeys.OwnerLength];
        RowKeys.Owner(key, conversation.Value);
        batch.Put(key, SealedRows.SealCreation(dataKey, conversation, creation), database.Conversations);
    }

    /// <summary>
    /// Destroys the key of a conversation, and with it everything it sealed, even in files not yet compacted; the rows
    /// are deleted as well. Earlier backups keep the key. The head remains, for the caller to write.
    /// </summary>
    public void Destroy(WriteBatch batch, ConversationId conversation)
    {
        var owner = new byte[RowKeys.OwnerLength];
        RowKeys.Owner(owner, conversation.Value);
        var next = new byte[RowKeys.OwnerLength];
        RowKeys.Owner(next, conversation.Value + 1);
        keys.Delete(batch, RowTable.ConversationKey, conversation.Value);
        batch.Delete(owner, database.Conversations);
        Authors.ForgetProgress(batch, conversation);
        foreach (
            var table in new[] { database.Entries, database.Members, database.Dedupe, database.Authors, database.Slots }
        )
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
        batch.Put(key, SealedRows.SealMembers(dataKey, conversation, block, members), database.Members);
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

    /// <param name="user">Whose own row is read.</param>
    /// <param name="conversation">The conversation.</param>
    /// <param name="head">Read before everything else.</param>
    /// <param name="parts">What to read.</param>
    private ListedRows? ReadListed(UserId user, ConversationId conversation, ConversationHead head, ListParts parts)
    {
        try
        {
            // All members of a small conversation share one row, which is then opened once.
            var isSmall = head.PresentMembers <= parts.MembersUpTo;
            var members = isSmall ? ReadMembers(conversation, head.MemberRows) : [];
            var own = isSmall
                ? members.FirstOrDefault(each => each.User == user)
                : FindMember(conversation, user, head.MemberRows);
            if (own is null)
            {
                return null;
            }

            var hasNewest = parts.Newest && own.IsPresent && head.Seq > head.Floor;
            return new(head, own, members)
            {
                Creation = parts.Creation ? ReadCreation(conversation) : null,
                Newest = hasNewest ? ReadEntry(conversation, head.Seq) : null,
            };
        }
        catch (InvalidDataException) when (FindHead(conversation) is not { MemberRows: > 0 })
        {
            // Closed after its head was read.
            return null;
        }
    }

    private byte[] OpenBlock(ConversationId conversation, int block)
    {
        Span<byte> key = stackalloc byte[RowKeys.MemberLength];
        RowKeys.Member(key, conversation, block);
        var row = Required(database.Get(database.Members, key), "member block");
        return SealedRows.OpenMembers(RequireKey(conversation), conversation, block, row);
    }

    private DataKey RequireKey(ConversationId conversation) => FindKey(conversation) ?? throw Missing("key");

    private static byte[] Required(byte[]? row, string what) => row ?? throw Missing(what);

    private static InvalidDataException Missing(string what) => new($"The store is damaged: a {what} is missing.");
}
