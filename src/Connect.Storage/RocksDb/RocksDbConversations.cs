using System.Collections.Immutable;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Storage.Committing;
using Connect.Storage.Encryption;
using Connect.Storage.Reading;
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
    private MemberFlagTable? _flags;

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

        // The snapshot has the claimed head, even if another writer claimed since: then its first commit is fenced.
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
        var write = new FunctionWrite<Member?>(batch =>
            (_flags ??= new(tables, _members)).Set(batch, conversation, member, peer, add, remove)
        )
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
    public ValueTask<MarkCounts> CountAsync(ConversationId conversation, UserId member, long seq) =>
        EntryCounts.CountAsync(this, conversation, member, seq);

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

    ValueTask<ConversationCreation> IConversationRows.ReadCreationAsync(
        ConversationId conversation,
        CancellationToken cancellationToken
    )
    {
        using var scope = database.Enter();
        return new(tables.ReadCreation(conversation));
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

    ImmutableArray<ConversationId> IRetainedRows.NextConversations(ConversationId after, int count)
    {
        using var scope = database.Enter();
        return tables.NextConversations(after, count);
    }

    async ValueTask IRetainedRows.RaiseFloorAsync(ConversationId conversation, long floor, long messages) =>
        await WriteAsync(
            conversation,
            (batch, head) =>
            {
                if (head.Floor < floor && floor <= head.Seq)
                {
                    tables.PutHead(batch, conversation, head with { Floor = floor, FloorMessages = messages });
                }
            }
        );

    async ValueTask IRetainedRows.DropBelowFloorAsync(ConversationId conversation)
    {
        using (database.Enter())
        {
            if (tables.FindHead(conversation) is not { } now || !tables.HasEntryUpTo(conversation, now.Floor))
            {
                return;
            }
        }

        await WriteAsync(conversation, (batch, head) => tables.DropEntries(batch, conversation, head.Floor));
    }

    /// <summary>Changes a conversation past its writer, from its head as it is then.</summary>
    private async ValueTask WriteAsync(ConversationId conversation, Action<WriteBatch, ConversationHead> change)
    {
        var write = new FunctionWrite<bool>(batch =>
        {
            if (tables.FindHead(conversation) is { MemberRows: > 0 } head)
            {
                change(batch, head);
            }

            return true;
        })
        {
            Owner = conversation.Value,
        };
        committer.Enqueue(write);
        await write.Outcome;
    }

    /// <summary>
    /// Everything else after the head, so that what changed since is caught by the head's comparison.
    /// </summary>
    private ConversationSnapshot Load(ConversationId conversation, ConversationHead head)
    {
        // Without member rows it was closed: nothing but the head is left.
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
