using Connect.Contracts.Conversations;

namespace Connect.Conversations.State;

/// <summary>The limits of a conversation's writer (ADR 0013). Each default is given in its property.</summary>
public sealed class ConversationOptions
{
    /// <summary>Messages one conversation may have waiting for a commit; above it a send is answered
    /// <c>Unavailable</c>. 4,096 by default.</summary>
    public int MaxWaitingMessages { get; set; } = 4_096;

    /// <summary>Bytes of text one conversation may have waiting; above it a send is answered <c>Unavailable</c>.
    /// 8 MiB by default.</summary>
    public long MaxWaitingBytes { get; set; } = 8 << 20;

    /// <summary>Users whose marks one conversation may have waiting; above it one is answered <c>Unavailable</c>. What
    /// one user asks meanwhile is merged. 4,096 by default.</summary>
    public int MaxWaitingMarks { get; set; } = 4_096;

    /// <summary>Marks of one batch for which the store has to count; more wait for the next. 64 by default.</summary>
    public int MaxCountedMarks { get; set; } = 64;

    /// <summary>Messages of one commit; more wait for the next. 256 by default.</summary>
    public int MaxCommitMessages { get; set; } = 256;

    /// <summary>Bytes of text of one commit, at least one message is taken. 1 MiB by default.</summary>
    public long MaxCommitBytes { get; set; } = 1 << 20;

    /// <summary>
    /// Committed cids an activation remembers; older ones are looked up in the store. 1,024 by default.
    /// </summary>
    public int RecentCids { get; set; } = 1_024;

    /// <summary>Committed entries whose counts an activation remembers for marks; the store is
    /// asked for older ones. 256 by default.</summary>
    public int RecentEntries { get; set; } = 256;

    /// <summary>How long a mark of a group waits for an append to travel with, before it is committed alone.
    /// 500 ms by default.</summary>
    public TimeSpan MarkFlushDelay { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The same in a direct conversation, whose receipts are pushed as soon as they are persisted, within
    /// 200 ms. 150 ms by default.</summary>
    public TimeSpan DirectMarkFlushDelay { get; set; } = TimeSpan.FromMilliseconds(150);

    /// <summary>How long a group's receipts are gathered before its authors get them. Together with
    /// <see cref="MarkFlushDelay"/> it must stay within a second. 500 ms by default.</summary>
    public TimeSpan ReceiptDelay { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Members up to which receipts name them; above it they are numbers. 50 by default, as the protocol
    /// says.</summary>
    public int MembersWithMarks { get; set; } = 50;

    /// <summary>An author's newest messages whose numbers are pushed at once. 16 by default.</summary>
    public int CountedPerAuthor { get; set; } = 16;

    /// <summary>An unknown cid older than this is refused as too old. 29 days by default: two less than the store
    /// keeps idempotency rows.</summary>
    public TimeSpan MaxCidAge { get; set; } = TimeSpan.FromDays(29);

    /// <summary>An unknown cid further ahead than this is refused as too old. 1 day by default.</summary>
    public TimeSpan MaxCidAhead { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How long a message may wait for a member: one that is older and still undelivered has ended for them.
    /// 30 days by default, and never longer than the history is kept.</summary>
    public TimeSpan UndeliveredTtl { get; set; } = TimeSpan.FromDays(30);

    /// <summary>First pause after a failed attempt to learn what became of a commit; doubled each time.
    /// 50 ms by default.</summary>
    public TimeSpan RecoveryFirstPause { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Longest pause between two such attempts. 2 s by default.</summary>
    public TimeSpan RecoveryMaxPause { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>After this the writer gives up and its callers get <c>Unknown</c>, the same as from a call that timed
    /// out earlier. 20 s by default.</summary>
    public TimeSpan RecoveryLimit { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Changes one conversation may have waiting; above it one is answered <c>Unavailable</c>.
    /// 256 by default.</summary>
    public int MaxWaitingChanges { get; set; } = 256;

    /// <summary>Members of a group, invited ones included; above it the answer is <c>GroupFull</c>. 500 by
    /// default.</summary>
    public int MaxGroupMembers { get; set; } = 500;

    /// <summary>Invites one user may have pending, over all groups; above it the answer is <c>TooManyInvites</c>. 50 by
    /// default.</summary>
    public int MaxInvitesPerInviter { get; set; } = 50;

    /// <summary>Lifetime of an invite. 30 days by default.</summary>
    public TimeSpan InviteLifetime { get; set; } = TimeSpan.FromDays(30);

    internal long InviteLifetimeMilliseconds => (long)InviteLifetime.TotalMilliseconds;

    /// <summary>Entries older than this have ended for those to whom they are undelivered.</summary>
    internal long EndedBy(long now) => now - (long)UndeliveredTtl.TotalMilliseconds;

    internal bool IsLapsed(Invitation invitation, long now) => invitation.Time + InviteLifetimeMilliseconds <= now;
}
