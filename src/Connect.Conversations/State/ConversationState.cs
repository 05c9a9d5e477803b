using System.Collections.Immutable;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;

namespace Connect.Conversations.State;

/// <summary>
/// What the writer knows about a conversation, and its rules. No I/O and no clock: it decides a batch from the loaded
/// state, the store's answers and the time passed in; <see cref="Apply"/> takes the result over after the commit.
/// </summary>
internal sealed class ConversationState
{
    private readonly ConversationOptions _options;

    /// <param name="snapshot">Null for a conversation that does not exist.</param>
    /// <param name="claimed">The snapshot's epoch is this writer's own: it comes from a claim.</param>
    public ConversationState(
        ConversationId conversation,
        ConversationSnapshot? snapshot,
        bool claimed,
        ConversationOptions options
    )
    {
        _options = options;
        Conversation = conversation;
        Exists = snapshot is not null;
        Kind = snapshot?.Kind ?? ConversationKind.None;
        Epoch = snapshot?.Epoch ?? 0;
        IsOwner = claimed;
        Head = (snapshot?.NextSeq ?? 1) - 1;
        LastTime = snapshot?.LastTime ?? 0;
        MessageCount = snapshot?.Messages ?? 0;
        Title = snapshot?.Title;
        Members = new Membership(snapshot?.Members ?? []);
        Cids = new RecentCids(options.RecentCids);
        Entries = new RecentEntries(options.RecentEntries);
    }

    /// <summary>Bytes of memory that an activation takes beside what grows with its state, roughly.</summary>
    public const long LeastBytes = 16 * 1024;

    private const long BytesPerMember = 320;
    private const long BytesPerMessage = 180;

    public ConversationId Conversation { get; }

    /// <summary>Bytes of memory that its activation takes, roughly.</summary>
    public long HeldBytes => LeastBytes + (Members.All.Count * BytesPerMember) + ((long)Cids.Count * BytesPerMessage);

    public bool Exists { get; private set; }

    public ConversationKind Kind { get; private set; }

    /// <summary>Of a group.</summary>
    public string? Title { get; private set; }

    /// <summary>The stored epoch as this writer knows it.</summary>
    public long Epoch { get; private set; }

    /// <summary>The epoch is this writer's own; otherwise its first commit must raise it (ADR 0002).</summary>
    public bool IsOwner { get; private set; }

    /// <summary>The highest committed seq.</summary>
    public long Head { get; private set; }

    public long LastTime { get; private set; }

    /// <summary>Messages up to the head.</summary>
    public long MessageCount { get; private set; }

    public Membership Members { get; }

    /// <summary>One side of a direct conversation is gone: nobody writes to it any more.</summary>
    public bool IsClosed => Kind == ConversationKind.Direct && Members.HasFormer;

    /// <summary>Committed cids in memory.</summary>
    public RecentCids Cids { get; }

    /// <summary>Committed entries in memory.</summary>
    public RecentEntries Entries { get; }

    /// <summary>Decides a batch without changing anything.</summary>
    /// <param name="now">Milliseconds since the epoch.</param>
    public AppendBatchDecision Decide(AppendBatch batch, long now) =>
        batch.Change is { } change
            ? new GroupDraft(this, change, now, _options).Decide()
            : new AppendBatchDraft(this, batch, now, _options).Decide();

    /// <summary>Takes a commit over, after the store said it is committed.</summary>
    public void Apply(ConversationCommit commit)
    {
        if (commit.Create is { } creation)
        {
            (Exists, Kind, Title) = (true, creation.Kind, creation.Title);
        }

        (Epoch, IsOwner) = (commit.Epoch, true);
        foreach (var entry in commit.Entries)
        {
            Cids.Add(entry);
            Entries.Add(entry);
            (Head, LastTime, MessageCount) = (entry.Seq, entry.Time, entry.Messages);
        }

        foreach (var member in commit.Members)
        {
            if (
                Kind == ConversationKind.Group
                && member is { IsPresent: false, Visible.IsEmpty: true, Invitation: null }
            )
            {
                // Invited once and never here: nothing of them is left to know.
                Members.Drop(member.User);
            }
            else
            {
                Members.Set(member);
            }
        }

        Title = commit.Title ?? Title;
        if (commit.Closes)
        {
            Members.Clear();
        }
    }

    /// <summary>The entry behind the head and those drafted already, which is no message and has no body yet.</summary>
    internal Entry NextEntry(List<Entry> drafted, EntryKind kind, UserId from, long now)
    {
        var last = drafted.Count == 0 ? null : drafted[^1];
        var time = TimeRules.Next(last?.Time ?? LastTime, now);
        return new(Head + 1 + drafted.Count, time, kind, from, default, default, last?.Messages ?? MessageCount);
    }

    /// <summary>The commit of these entries and member rows by this writer.</summary>
    internal ConversationCommit Commit(
        ConversationCreation? creation,
        ImmutableArray<Entry> entries,
        ImmutableArray<Member> members
    )
    {
        // Every commit moves (epoch, next seq). Marks alone do not move the seq, so they raise the epoch: else a writer
        // that loaded before them would still pass the fence, and count on marks that are no longer so.
        var raises = creation is not null || !IsOwner || entries.IsEmpty;
        return new(Conversation, creation, Epoch, raises ? Epoch + 1 : Epoch, Head + 1, entries, members)
        {
            RowBytes = Members.RowBytes(members.Length),
        };
    }
}

/// <summary>
/// The rules about time, which is always passed in (ADR 0014), in milliseconds since the epoch.
/// </summary>
internal static class TimeRules
{
    /// <summary>The time of a new entry: never before the previous entry's, whatever the clock did.</summary>
    public static long Next(long last, long now) => Math.Max(last, now);

    /// <summary>
    /// Whether to refuse an unknown cid: its idempotency row may have expired, or would expire while clients still
    /// resend it.
    /// </summary>
    public static bool IsOutside(Cid cid, long now, ConversationOptions options)
    {
        var time = cid.UnixMilliseconds;
        return time < now - (long)options.MaxCidAge.TotalMilliseconds
            || time > now + (long)options.MaxCidAhead.TotalMilliseconds;
    }
}
