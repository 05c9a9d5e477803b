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
/// The conversations of the embedded store. Reads run on the caller's thread, writes go to the committer.
/// </summary>
internal sealed class RocksDbConversations(
    Database database,
    ConversationTables tables,
    Committer committer,
    TimeProvider time,
    int cachedMembers
) : IConversationStore, IRetainedRows
{
    private readonly MemberRowsCache _members = new(cachedMembers);
    private readonly RetentionWrites _retention = new(database, tables, committer);

    /// <summary>Indexes what an earlier format stored.</summary>
    public AuthorIndexing Authors { get; } = new(database, tables, committer);

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <inheritdoc/>
    public ValueTask<ConversationSnapshot?> LoadAsync(ConversationId conversation)
    {
        using var scope = database.Enter();
        return new(tables.FindHead(conversation) is { } head ? Load(conversation, head) : null);
    }

    /// <inheritdoc/>
    public async ValueTask<ConversationSnapshot?> ClaimAsync(ConversationId conversation)
    {
        var claim = new FunctionWrite<ConversationHead?>(batch =>
        {
            if (tables.FindHead(conversation) is not { } head)
            {
                return null;
            }

            var claimed = head with { Epoch = head.Epoch + 1 };
            tables.PutHead(batch, conversation, claimed);
            return claimed;
        })
        {
            Owner = conversation.Value,
        };
        committer.Enqueue(claim);

        // The snapshot has the claimed head even if another writer has claimed since: its first commit is then fenced.
        if (await claim.Outcome is not { } mine)
        {
            return null;
        }

        using var scope = database.Enter();
        return Load(conversation, mine);
    }

    /// <inheritdoc/>
    public ValueTask<CommitResult> CommitAsync(ConversationCommit commit)
    {
        CommitRules.Validate(commit);
        if (committer.Refusal is not null)
        {
            return new(CommitResult.Refused);
        }

        using var scope = database.Enter();
        var key = commit.Create is null ? tables.FindKey(commit.Conversation) : DataKey.Generate();
        if (key is null)
        {
            return new(CommitResult.Fenced);
        }

        var write = CommitWrite.Create(tables, _members, commit, key, Now);
        committer.Enqueue(write);
        return write.Outcome;
    }

    /// <inheritdoc/>
    public ValueTask<Member?> SetFlagsAsync(
        ConversationId conversation,
        UserId member,
        UserId peer,
        MemberFlags add,
        MemberFlags remove
    )
    {
        var write = new FunctionWrite<Member?>(batch => SetFlags(batch, conversation, member, peer, add, remove))
        {
            Owner = conversation.Value,
        };
        committer.Enqueue(write);
        return write.Outcome;
    }

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<KnownCid>> FindCidsAsync(
        ConversationId conversation,
        ImmutableArray<CidProbe> probes
    )
    {
        using var scope = database.Enter();
        if (tables.FindKey(conversation) is not { } key)
        {
            return new([]);
        }

        var oldest = Now - CommitRules.DedupeLifetimeMilliseconds;
        var known = ImmutableArray.CreateBuilder<KnownCid>();
        foreach (var probe in probes)
        {
            if (tables.FindCid(conversation, probe.Sender, probe.Cid, oldest) is { } row)
            {
                var same = probe.Text.IsEmpty || key.Fingerprint(probe.Text.Span) == row.Fingerprint;
                known.Add(new(probe.Sender, probe.Cid, row.Seq, row.Time, same));
            }
        }

        return new(known.DrainToImmutable());
    }

    /// <inheritdoc/>
    public async ValueTask<MarkCounts?> CountAsync(ConversationId conversation, UserId member, long seq) =>
        await Authors.StepAsync(conversation) ? await EntryCounts.CountAsync(this, conversation, member, seq) : null;

    /// <inheritdoc/>
    public ValueTask<long> FindEndAsync(ConversationId conversation, SeqRange range, long time) =>
        EntryTimes.FindEndAsync(this, conversation, range, time);

    ValueTask<ConversationHead?> IConversationRows.ReadHeadAsync(
        ConversationId conversation,
        CancellationToken cancellationToken
    )
    {
        using var scope = database.Enter();
        return new(tables.FindHead(conversation));
    }

    ValueTask<ImmutableArray<ConversationHead?>> IConversationRows.ReadHeadsAsync(
        ImmutableArray<ConversationId> conversations,
        CancellationToken cancellationToken
    )
    {
        using var scope = database.Enter();
        return new(tables.FindHeads(conversations));
    }

    ValueTask<ImmutableArray<ListedRows?>> IConversationRows.ReadListAsync(
        UserId user,
        ImmutableArray<ConversationId> conversations,
        ListParts parts,
        CancellationToken cancellationToken
    )
    {
        using var scope = database.Enter();
        return new(tables.ReadList(user, conversations, parts, cancellationToken));
    }

    ValueTask<Member?> IConversationRows.ReadMemberAsync(
        ConversationId conversation,
        UserId user,
        CancellationToken cancellationToken
    )
    {
        using var scope = database.Enter();
        var rows = tables.FindHead(conversation)?.MemberRows ?? 0;
        return new(tables.FindMember(conversation, user, rows));
    }

    ValueTask<ImmutableArray<Member>> IConversationRows.ReadMembersAsync(
        ConversationId conversation,
        CancellationToken cancellationToken
    )
    {
        using var scope = database.Enter();
        var rows = tables.FindHead(conversation)?.MemberRows ?? 0;
        return new(tables.ReadMembers(conversation, rows));
    }

    ValueTask<Entry> IConversationRows.ReadEntryAsync(
        ConversationId conversation,
        long seq,
        CancellationToken cancellationToken
    )
    {
        using var scope = database.Enter();
        return new(tables.ReadEntry(conversation, seq));
    }

    ValueTask<long?> IConversationRows.CountOwnAboveAsync(
        ConversationId conversation,
        UserId user,
        long seq,
        long head,
        CancellationToken cancellationToken
    )
    {
        using var scope = database.Enter();
        return new(
            tables.FindKey(conversation) is not { } key ? 0
            : tables.Authors.IsIndexed(conversation)
                ? tables.Authors.CountAbove(conversation, key.MarkAuthor(user.Value), seq, head)
            : null
        );
    }

    ValueTask IConversationRows.ReadForwardAsync(
        ConversationId conversation,
        SeqRange range,
        EntryPage page,
        CancellationToken cancellationToken
    )
    {
        using var scope = database.Enter();
        tables.ReadEntries(conversation, range, descending: false, page);
        return ValueTask.CompletedTask;
    }

    ValueTask IConversationRows.ReadBackwardAsync(
        ConversationId conversation,
        SeqRange range,
        EntryPage page,
        CancellationToken cancellationToken
    )
    {
        using var scope = database.Enter();
        tables.ReadEntries(conversation, range, descending: true, page);
        return ValueTask.CompletedTask;
    }

    ValueTask<bool> IRetainedRows.PlaceAsync(int count) => _retention.PlaceAsync(count);

    ImmutableArray<DueRow> IRetainedRows.NextDue(DueRow after, long before, int count)
    {
        using var scope = database.Enter();
        return tables.Dues.Next(after, before, count);
    }

    ValueTask IRetainedRows.RaiseFloorAsync(DueRow row, FloorChange change, long dropAt) =>
        _retention.RaiseFloorAsync(row, change, dropAt);

    ValueTask IRetainedRows.DropBelowFloorAsync(DueRow row) => _retention.DropBelowFloorAsync(row);

    /// <summary>Changes a member's flags by <see cref="FlagRules"/>, on the committer's thread.</summary>
    private Member? SetFlags(
        WriteBatch batch,
        ConversationId conversation,
        UserId user,
        UserId peer,
        MemberFlags add,
        MemberFlags remove
    )
    {
        _members.Forget(conversation);
        if (tables.FindHead(conversation) is { } head)
        {
            return ChangeFlags(batch, conversation, head, user, add, remove);
        }

        if (peer.IsNone)
        {
            return null;
        }

        var key = DataKey.Generate();
        var (member, other) = FlagRules.Create(user, peer, add, remove);
        tables.PutCreation(batch, conversation, key, new(ConversationKind.Direct, null));
        tables.Authors.BeginConversation(batch, conversation);
        tables.PutBlock(batch, conversation, key, 0, [member, other]);
        tables.PutHead(batch, conversation, FlagRules.EmptyHead);
        return member;
    }

    private Member? ChangeFlags(
        WriteBatch batch,
        ConversationId conversation,
        ConversationHead head,
        UserId user,
        MemberFlags add,
        MemberFlags remove
    )
    {
        for (var number = 0; number < MemberBlock.CountFor(head.MemberRows); number++)
        {
            var block = tables.ReadBlock(conversation, number);
            var slot = block.FindIndex(each => each.User == user);
            if (slot < 0)
            {
                continue;
            }

            var stored = block[slot];
            var changed = FlagRules.Apply(stored, add, remove);
            if (changed is not null && changed != stored)
            {
                block[slot] = changed;
                tables.PutBlock(batch, conversation, tables.FindKey(conversation)!, number, block);
                tables.PutHead(batch, conversation, FlagRules.Raise(head));
                tables.NoteMoved(batch, conversation);
            }

            return changed;
        }

        return null;
    }

    /// <summary>
    /// Reads everything else after the head, so that the comparison of the head catches any later change.
    /// </summary>
    private ConversationSnapshot Load(ConversationId conversation, ConversationHead head)
    {
        // Without member rows it is closed: only the head is left.
        var isClosed = head.MemberRows == 0;
        var creation = isClosed ? new(ConversationKind.Group, null) : tables.ReadCreation(conversation);
        return new(
            conversation,
            creation.Kind,
            head.Epoch,
            head.NextSeq,
            head.LastTime,
            head.Messages,
            creation.Title,
            tables.ReadMembers(conversation, head.MemberRows)
        );
    }
}
