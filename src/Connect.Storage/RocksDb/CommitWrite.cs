using System.Collections.Immutable;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Storage.Encryption;
using Connect.Storage.Rows;
using Connect.Storage.Rules;
using RocksDbSharp;

namespace Connect.Storage.RocksDb;

/// <summary>
/// The commit of one conversation. What needs no row of the store (sealing, fingerprints) happens at creation, on the
/// writer's thread; the committer compares the head, looks up each cid, and adds the rows.
/// </summary>
internal sealed class CommitWrite : WorkItem<CommitResult>
{
    private readonly ConversationTables _tables;
    private readonly MemberRowsCache _cache;
    private readonly ConversationCommit _commit;
    private readonly DataKey _key;
    private readonly long _now;
    private readonly byte[][] _entries;
    private readonly UInt128[] _fingerprints;
    private readonly UInt128[] _authors;
    private Dictionary<UInt128, long>? _counts;
    private MemberRows? _members;
    private bool _slotted;
    private ConversationHead? _head;

    private CommitWrite(
        ConversationTables tables,
        MemberRowsCache cache,
        ConversationCommit commit,
        DataKey key,
        long now,
        byte[][] entries,
        UInt128[] fingerprints,
        UInt128[] authors
    )
    {
        _tables = tables;
        _cache = cache;
        _commit = commit;
        _key = key;
        _now = now;
        _entries = entries;
        _fingerprints = fingerprints;
        _authors = authors;
    }

    public static CommitWrite Create(
        ConversationTables tables,
        MemberRowsCache cache,
        ConversationCommit commit,
        DataKey key,
        long now
    )
    {
        var entries = new byte[commit.Entries.Length][];
        var fingerprints = new UInt128[commit.Entries.Length];
        var authors = new UInt128[commit.Entries.Length];
        var bytes = HeadRow.Length;
        for (var i = 0; i < entries.Length; i++)
        {
            var entry = commit.Entries[i];
            entries[i] = SealedRows.SealEntry(key, commit.Conversation, entry);
            fingerprints[i] = entry.Cid.IsNone ? 0 : key.Fingerprint(entry.Body.Span);
            bytes += entries[i].Length + DedupeRow.Length + RowKeys.DedupeLength;
            if (entry.Kind.CountsAsMessage())
            {
                // Those of one author often follow each other.
                authors[i] =
                    i > 0 && authors[i - 1] != 0 && commit.Entries[i - 1].From == entry.From
                        ? authors[i - 1]
                        : key.MarkAuthor(entry.From.Value);
                bytes += AuthorRow.Length + RowKeys.AuthorLength;
            }
        }

        return new(tables, cache, commit, key, now, entries, fingerprints, authors)
        {
            Owner = commit.Conversation.Value,
            Bytes = bytes + Math.Max(commit.RowBytes, commit.Members.Sum(MemberBlock.SizeOf)),
        };
    }

    public override void Evaluate(WriteBatch batch)
    {
        var head = _tables.WrittenHeads.Find(_commit.Conversation) ?? _tables.FindHead(_commit.Conversation);
        var status = CommitRules.Check(head, _commit);
        Result = status == CommitStatus.Exists ? CommitResult.Exists : FindDuplicates();
        if (Result is null && status == CommitStatus.Fenced)
        {
            Result = CommitResult.Fenced;
        }

        if (Result is null)
        {
            Put(batch, head);
            Result = CommitResult.Committed;
        }
    }

    public override void Complete()
    {
        if (_members is not null && !_commit.Closes)
        {
            _cache.Put(_commit.Conversation, _members);
        }

        if (_head is { } written)
        {
            _tables.WrittenHeads.Put(_commit.Conversation, written);
        }

        if (_counts is not null)
        {
            foreach (var (author, count) in _counts)
            {
                _tables.Authors.Written.Put((_commit.Conversation, author), count);
            }
        }

        base.Complete();
    }

    public override void Refuse(string reason, bool isFinal) => Complete(CommitResult.Refused);

    private CommitResult? FindDuplicates()
    {
        var oldest = _now - CommitRules.DedupeLifetimeMilliseconds;
        ImmutableArray<KnownCid>.Builder? known = null;
        for (var i = 0; i < _entries.Length; i++)
        {
            var entry = _commit.Entries[i];
            if (!entry.Cid.IsNone && _tables.FindCid(_commit.Conversation, entry.From, entry.Cid, oldest) is { } row)
            {
                known ??= ImmutableArray.CreateBuilder<KnownCid>();
                known.Add(new(entry.From, entry.Cid, row.Seq, row.Time, row.Fingerprint == _fingerprints[i]));
            }
        }

        return known is null ? null : new(CommitStatus.Duplicate, known.DrainToImmutable());
    }

    private void Put(WriteBatch batch, ConversationHead? before)
    {
        var head = CommitRules.Advance(before, _commit);
        if (!_commit.Members.IsEmpty)
        {
            head = PutMembers(batch, head);
        }

        if (!_commit.Entries.IsEmpty && ListRules.Moves(before?.LastTime ?? 0, head.LastTime))
        {
            _tables.NoteMoved(batch, _commit.Conversation);
        }

        if (CommitRules.FirstDue(before, _commit) is { } due)
        {
            _tables.Dues.Put(batch, due);
        }

        if (_commit.Create is { } creation)
        {
            _tables.PutCreation(batch, _commit.Conversation, _key, creation);
            _tables.Authors.BeginConversation(batch, _commit.Conversation);
        }

        if (_commit.Create is not null || _tables.Authors.IsIndexed(_commit.Conversation))
        {
            PutAuthors(batch);
        }

        for (var i = 0; i < _entries.Length; i++)
        {
            var entry = _commit.Entries[i];
            _tables.PutEntry(batch, _commit.Conversation, entry.Seq, _entries[i]);
            if (!entry.Cid.IsNone)
            {
                var row = new DedupeRow(entry.Seq, entry.Time, _now, _fingerprints[i]);
                _tables.PutCid(batch, _commit.Conversation, entry.From, entry.Cid, row);
            }
        }

        if (_commit.Title is { } title)
        {
            var renamed = _tables.ReadCreation(_commit.Conversation) with { Title = title };
            _tables.PutDescription(batch, _commit.Conversation, _key, renamed);
        }

        if (_commit.Closes)
        {
            _cache.Forget(_commit.Conversation);
            _tables.Destroy(batch, _commit.Conversation);
            head = head with { PresentMembers = 0, MemberRows = 0 };
        }

        _tables.PutHead(batch, _commit.Conversation, head);
        _head = head;
    }

    private void PutAuthors(WriteBatch batch)
    {
        for (var i = 0; i < _authors.Length; i++)
        {
            if (_commit.Entries[i] is var entry && entry.Kind.CountsAsMessage())
            {
                var count = LastCount(_authors[i]) + 1;
                (_counts ??= [])[_authors[i]] = count;
                _tables.Authors.Put(batch, _commit.Conversation, _authors[i], entry.Seq, count);
            }
        }
    }

    private long LastCount(UInt128 author) =>
        _counts is not null && _counts.TryGetValue(author, out var count) ? count
        : _commit.Create is not null ? 0
        : _tables.Authors.Written.Find((_commit.Conversation, author))
            ?? _tables.Authors.FindLast(_commit.Conversation, author);

    private ConversationHead PutMembers(WriteBatch batch, ConversationHead head)
    {
        _members = TakeMembers(head.MemberRows);
        var changed = new HashSet<int>();
        foreach (var given in _commit.Members)
        {
            var stored = _members.Find(given.User);
            var merged = CommitRules.Merge(stored, given, head);
            var placed = _members.Set(merged);
            changed.Add(placed.Block);
            head = head.WithMember(stored, merged, placed.Instead is not null);
            if (placed.IsNew)
            {
                PutSlots(batch, merged.User, placed);
            }

            if (stored is not null && stored.Flags != merged.Flags)
            {
                _tables.NoteMoved(batch, _commit.Conversation);
            }
        }

        foreach (var block in changed)
        {
            _tables.PutBlock(batch, _commit.Conversation, _key, block, _members.Block(block));
        }

        return head;
    }

    private void PutSlots(WriteBatch batch, UserId user, Placed placed)
    {
        if (placed.Instead is { } former)
        {
            _tables.DropSlot(batch, _commit.Conversation, former);
        }

        if (placed.Block == 0)
        {
            return;
        }

        _tables.PutSlot(batch, _commit.Conversation, user, placed.Block);
        if (!_slotted && _tables.FindSlot(_commit.Conversation, default) is null)
        {
            foreach (var (member, block) in _members!.Beyond())
            {
                _tables.PutSlot(batch, _commit.Conversation, member, block);
            }

            _tables.PutSlot(batch, _commit.Conversation, default, 0);
        }

        _slotted = true;
    }

    private MemberRows TakeMembers(int count)
    {
        // A batch holds one item per conversation, so nobody else misses what is taken here.
        if (_cache.Take(_commit.Conversation) is { } known && known.Count == count)
        {
            return known;
        }

        var rows = new MemberRows();
        for (var block = 0; block < MemberBlock.CountFor(count); block++)
        {
            rows.Load(_tables.ReadBlock(_commit.Conversation, block));
        }

        return rows;
    }
}

/// <summary>A write waiting for the committer.</summary>
internal abstract class WorkItem
{
    /// <summary>Whose rows it reads and writes: a batch holds at most one item per owner.</summary>
    public required UInt128 Owner { get; init; }

    /// <summary>A second owner, if it has one.</summary>
    public UInt128? OtherOwner { get; init; }

    /// <summary>Approximate number of bytes it writes.</summary>
    public int Bytes { get; init; } = 256;

    /// <summary>
    /// True: it is accepted below the reserve of free space, since it lets people in, out or go. What a user can make
    /// grow without end must not be.
    /// </summary>
    public bool UsesReserve { get; init; }

    /// <summary>True: its rows precede those of the other items in a batch, so that theirs win.</summary>
    public bool ComesFirst { get; init; }

    /// <summary>
    /// On the committer's thread: checks the conditions by reads and, if they hold, adds the rows to the batch.
    /// </summary>
    public abstract void Evaluate(WriteBatch batch);

    /// <summary>The batch is durable: completes with the outcome.</summary>
    public abstract void Complete();

    /// <summary>Whether it was written is unknown.</summary>
    public abstract void Fail(Exception exception);

    /// <summary>It was not written and may be retried; if final, only after the store is opened again.</summary>
    public abstract void Refuse(string reason, bool isFinal);
}

/// <summary>
/// A write whose outcome is awaited. Continuations never run on the committer's thread.
/// </summary>
internal abstract class WorkItem<T> : WorkItem
{
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ValueTask<T> Outcome => new(_completion.Task);

    /// <summary>Set by <see cref="WorkItem.Evaluate"/>.</summary>
    protected T? Result { get; set; }

    public override void Complete() => _completion.TrySetResult(Result!);

    public override void Fail(Exception exception) => _completion.TrySetException(exception);

    public override void Refuse(string reason, bool isFinal) =>
        Fail(new StoreRefusesException(reason) { IsFinal = isFinal });

    protected void Complete(T outcome) => _completion.TrySetResult(outcome);
}

/// <summary>
/// A write off the message path, as a function that checks, adds its rows and returns the outcome.
/// </summary>
internal sealed class FunctionWrite<T>(Func<WriteBatch, T> evaluate) : WorkItem<T>
{
    public override void Evaluate(WriteBatch batch) => Result = evaluate(batch);
}
