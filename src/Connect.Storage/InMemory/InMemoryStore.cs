using System.Collections.Immutable;
using Connect.Contracts.Accounts;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Storage.Reading;
using Connect.Storage.Rules;

namespace Connect.Storage.InMemory;

/// <summary>
/// Conversations in memory (<c>Data=:memory:</c>): behaves like the durable stores, and is lost with the process. Users
/// and keys are in <see cref="InMemoryUserStore"/> and <see cref="InMemoryKeys"/>.
/// </summary>
public sealed partial class InMemoryStore
    : IConversationStore,
        IConversationReader,
        IConversationIndex,
        IIndexRows,
        IListOrder,
        IStoreHealth,
        IStoreIncarnation,
        IRetainedRows
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ConversationId, StoredConversation> _conversations = [];
    private readonly Dictionary<UserId, Dictionary<ConversationId, IndexRow>> _index = [];
    private readonly SortedSet<DueRow> _dues = new(
        Comparer<DueRow>.Create(static (one, other) => one.Key.CompareTo(other.Key))
    );
    private readonly TimeProvider _time;
    private readonly HashSet<UserId> _gone = [];
    private readonly ConversationReads _reads;

    /// <param name="time">The clock by which rows age; by default the system's.</param>
    /// <param name="undelivered">How long a message waits for a member (ADR 0021); by default 30 days.</param>
    public InMemoryStore(TimeProvider? time = null, TimeSpan? undelivered = null)
    {
        _time = time ?? TimeProvider.System;
        _reads = new(this, _time, undelivered ?? TimeSpan.FromDays(30));
    }

    /// <inheritdoc/>
    public string? Refusal => null;

    /// <inheritdoc/>
    public string Incarnation { get; } = Guid.NewGuid().ToString("N");

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>The user is being deleted: no index row of theirs is accepted any more.</summary>
    internal void RefuseIndexOf(UserId user)
    {
        lock (_lock)
        {
            _gone.Add(user);
        }
    }

    /// <inheritdoc/>
    public ValueTask<ConversationSnapshot?> LoadAsync(ConversationId conversation)
    {
        lock (_lock)
        {
            return new(
                _conversations.TryGetValue(conversation, out var stored) ? Snapshot(conversation, stored) : null
            );
        }
    }

    /// <inheritdoc/>
    public ValueTask<ConversationSnapshot?> ClaimAsync(ConversationId conversation)
    {
        lock (_lock)
        {
            if (!_conversations.TryGetValue(conversation, out var stored))
            {
                return new((ConversationSnapshot?)null);
            }

            stored.Head = stored.Head with { Epoch = stored.Head.Epoch + 1 };
            return new(Snapshot(conversation, stored));
        }
    }

    /// <inheritdoc/>
    public ValueTask<CommitResult> CommitAsync(ConversationCommit commit)
    {
        CommitRules.Validate(commit);
        lock (_lock)
        {
            var stored = _conversations.GetValueOrDefault(commit.Conversation);
            var status = CommitRules.Check(stored?.Head, commit);
            if (status != CommitStatus.Exists && stored is not null)
            {
                var known = FindCids(stored, CommitRules.Probes(commit));
                if (!known.IsEmpty)
                {
                    return new(new CommitResult(CommitStatus.Duplicate, known));
                }
            }

            if (status == CommitStatus.Committed)
            {
                var target = stored ?? new StoredConversation(commit.Create!);
                if (!commit.Entries.IsEmpty && ListRules.Moves(stored?.Head.LastTime ?? 0, commit.Entries[^1].Time))
                {
                    _moved.Add(commit.Conversation);
                }

                if (CommitRules.FirstDue(stored?.Head, commit) is { } due)
                {
                    _dues.Add(due);
                }

                target.Apply(commit, stored?.Head, Now);
                _conversations[commit.Conversation] = target;
            }

            return new(
                status switch
                {
                    CommitStatus.Committed => CommitResult.Committed,
                    CommitStatus.Exists => CommitResult.Exists,
                    _ => CommitResult.Fenced,
                }
            );
        }
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
        lock (_lock)
        {
            if (_conversations.TryGetValue(conversation, out var stored))
            {
                return new(stored.SetFlags(member, add, remove));
            }

            if (peer.IsNone)
            {
                return new((Member?)null);
            }

            var (flagged, other) = FlagRules.Create(member, peer, add, remove);
            _conversations.Add(conversation, new(flagged, other));
            return new(flagged);
        }
    }

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<KnownCid>> FindCidsAsync(
        ConversationId conversation,
        ImmutableArray<CidProbe> probes
    )
    {
        lock (_lock)
        {
            return new(_conversations.TryGetValue(conversation, out var stored) ? FindCids(stored, probes) : []);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<MarkCounts?> CountAsync(ConversationId conversation, UserId member, long seq) =>
        await EntryCounts.CountAsync(this, conversation, member, seq);

    /// <inheritdoc/>
    public ValueTask<long> FindEndAsync(ConversationId conversation, SeqRange range, long time) =>
        EntryTimes.FindEndAsync(this, conversation, range, time);

    /// <inheritdoc/>
    public ValueTask<HistorySlice> ReadHistoryAsync(
        UserId reader,
        ConversationId conversation,
        HistoryQuery query,
        CancellationToken cancellationToken
    ) => _reads.ReadHistoryAsync(reader, conversation, query, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<SyncSlice> ReadAfterAsync(
        UserId reader,
        ConversationId conversation,
        SyncQuery query,
        CancellationToken cancellationToken
    ) => _reads.ReadAfterAsync(reader, conversation, query, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<ConversationActivity>> ReadActivityAsync(
        ImmutableArray<ConversationId> conversations,
        CancellationToken cancellationToken
    ) => _reads.ReadActivityAsync(conversations, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<Member?>> ReadOwnAsync(
        UserId reader,
        ImmutableArray<ConversationId> conversations,
        CancellationToken cancellationToken
    ) => _reads.ReadOwnAsync(reader, conversations, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<OwnMembership>> ReadMembershipsAsync(
        UserId reader,
        ImmutableArray<ConversationId> conversations,
        CancellationToken cancellationToken
    ) => _reads.ReadMembershipsAsync(reader, conversations, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<ConversationView>> ReadViewsAsync(
        UserId reader,
        ImmutableArray<ConversationId> conversations,
        CancellationToken cancellationToken
    ) => _reads.ReadViewsAsync(reader, conversations, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<OwnNewest?> ReadOwnNewestAsync(
        UserId reader,
        ConversationId conversation,
        CancellationToken cancellationToken
    ) => _reads.ReadOwnNewestAsync(reader, conversation, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<InviteView>> ReadInvitesAsync(
        UserId reader,
        ImmutableArray<ConversationId> conversations,
        CancellationToken cancellationToken
    ) => _reads.ReadInvitesAsync(reader, conversations, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<Member>?> ReadMembersAsync(
        UserId reader,
        ConversationId conversation,
        CancellationToken cancellationToken
    ) => _reads.ReadMembersAsync(reader, conversation, cancellationToken);

    /// <inheritdoc/>
    public ValueTask PutAsync(ImmutableArray<IndexRow> rows)
    {
        lock (_lock)
        {
            foreach (var row in rows)
            {
                if (_gone.Contains(row.User))
                {
                    throw new UserGoneException();
                }

                if (!_index.TryGetValue(row.User, out var ofUser))
                {
                    _index.Add(row.User, ofUser = []);
                }

                var known = ofUser.GetValueOrDefault(row.Conversation);
                _placed[(row.User, row.Conversation)] = Stamp();
                ofUser[row.Conversation] = row with
                {
                    MutedUntil = known.MutedUntil,
                    HiddenThrough = known.HiddenThrough,
                };
            }

            return ValueTask.CompletedTask;
        }
    }

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<IndexRow>> ListAsync(UserId user, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return new(_index.TryGetValue(user, out var ofUser) ? [.. ofUser.Values.OrderBy(r => r.Conversation)] : []);
        }
    }

    /// <inheritdoc/>
    public ValueTask<IndexRow?> FindAsync(UserId user, ConversationId conversation, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var found = _index.TryGetValue(user, out var ofUser) && ofUser.TryGetValue(conversation, out var row);
            return new(found ? ofUser![conversation] : null);
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> DeleteAsync(UserId user, ConversationId conversation, Cid cid)
    {
        lock (_lock)
        {
            return new(
                _index.TryGetValue(user, out var ofUser)
                    && ofUser.TryGetValue(conversation, out var row)
                    && row.Cid == cid
                    && ofUser.Remove(conversation)
            );
        }
    }

    /// <inheritdoc/>
    public ValueTask<IndexRow?> ChooseAsync(
        UserId user,
        ConversationId conversation,
        long? mutedUntil,
        long? hiddenThrough
    )
    {
        lock (_lock)
        {
            if (!_index.TryGetValue(user, out var ofUser) || !ofUser.TryGetValue(conversation, out var row))
            {
                return new((IndexRow?)null);
            }

            row = row with
            {
                MutedUntil = mutedUntil ?? row.MutedUntil,
                HiddenThrough = hiddenThrough ?? row.HiddenThrough,
            };
            ofUser[conversation] = row;
            return new(row);
        }
    }

    /// <inheritdoc/>
    public ValueTask<IndexPage> WalkAsync(
        UserId user,
        ConversationId conversation,
        int limit,
        CancellationToken cancellationToken
    )
    {
        lock (_lock)
        {
            var next = _index
                .Values.SelectMany(ofUser => ofUser.Values)
                .Where(row => (row.User, row.Conversation).CompareTo((user, conversation)) >= 0)
                .OrderBy(row => (row.User, row.Conversation))
                .Take(limit + 1)
                .ToList();
            var page = next.Take(limit).ToImmutableArray();
            return new(
                next.Count > limit
                    ? new(page, next[limit].User, next[limit].Conversation, false)
                    : IndexPage.LastOf(page)
            );
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> BelongsAsync(
        UserId user,
        ConversationId conversation,
        CancellationToken cancellationToken
    ) => _reads.BelongsAsync(user, conversation, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> DeleteAsync(IndexRow row)
    {
        lock (_lock)
        {
            return new(
                _index.TryGetValue(row.User, out var ofUser)
                    && ofUser.TryGetValue(row.Conversation, out var there)
                    && there == row
                    && ofUser.Remove(row.Conversation)
            );
        }
    }

    private static ConversationSnapshot Snapshot(ConversationId conversation, StoredConversation stored) =>
        new(
            conversation,
            stored.Creation.Kind,
            stored.Head.Epoch,
            stored.Head.NextSeq,
            stored.Head.LastTime,
            stored.Head.Messages,
            stored.Creation.Title,
            [.. stored.Members]
        );

    private ImmutableArray<KnownCid> FindCids(StoredConversation stored, ImmutableArray<CidProbe> probes)
    {
        var oldest = Now - CommitRules.DedupeLifetimeMilliseconds;
        var known = ImmutableArray.CreateBuilder<KnownCid>();
        foreach (var probe in probes)
        {
            if (stored.Cids.TryGetValue((probe.Sender, probe.Cid), out var row) && row.CommittedAt >= oldest)
            {
                var same = probe.Text.IsEmpty || probe.Text.Span.SequenceEqual(row.Entry.Body.Span);
                known.Add(new(probe.Sender, probe.Cid, row.Entry.Seq, row.Entry.Time, same));
            }
        }

        return known.DrainToImmutable();
    }
}
