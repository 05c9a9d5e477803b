using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;

namespace Connect.Conversations.State;

/// <summary>
/// The working copy in which one turn is decided: the messages in their order, each seeing those accepted before it,
/// then the marks.
/// </summary>
internal sealed class AppendBatchDraft(ConversationState state, AppendBatch turn, long now, ConversationOptions options)
{
    private const MemberFlags Open = MemberFlags.Request | MemberFlags.Declined;

    private readonly AppendBatchDecision _decision = new()
    {
        Messages = new AppendResult[turn.Messages.Count],
        Marks = new MarkReply[turn.Marks.Count],
    };

    private readonly List<Entry> _entries = [];
    private readonly Dictionary<(UserId, Cid), Entry> _accepted = [];
    private readonly HashSet<(UserId, Cid)> _stored = [];
    private readonly HashSet<(UserId, Cid)> _undecided = [];
    private readonly Dictionary<UserId, Member> _members = [];
    private readonly Dictionary<UserId, MarkTarget> _targets = [];
    private readonly HashSet<UserId> _answering = [];
    private ConversationCreation? _creation;

    /// <summary>
    /// Nobody wrote yet. There may be a head all the same, which a block left: then the conversation must look as if it
    /// were not there.
    /// </summary>
    private bool IsUnbegun =>
        _entries.Count == 0
        && (!state.Exists || (state.Kind == ConversationKind.Direct && state is { Head: 0, IsClosed: false }));

    public AppendBatchDecision Decide()
    {
        for (var i = 0; i < turn.Messages.Count; i++)
        {
            _decision.Messages[i] = Decide(turn.Messages[i]);
        }

        foreach (var mark in turn.Marks)
        {
            if (!IsUnbegun && Find(mark.Request.User) is { IsPresent: true })
            {
                Aim(mark.Request.User, mark.Request.Delivered, mark.Request.Read);
            }
        }

        foreach (var (user, target) in _targets)
        {
            Raise(user, target);
        }

        if (_decision.NeedsStore)
        {
            return _decision;
        }

        for (var i = 0; i < turn.Marks.Count; i++)
        {
            var member = IsUnbegun ? null : Find(turn.Marks[i].Request.User);
            _decision.Marks[i] = new(Membership.MayWrite(member, now, options), member?.Marks ?? default);
        }

        if (_entries.Count > 0)
        {
            new LapsedInvites(state, options).AddTo(_entries, _members, _decision.Effects, now);
        }

        if (_entries.Count > 0 || _members.Count > 0)
        {
            _decision.Commit = state.Commit(_creation, [.. _entries], [.. _members.Values]);
        }

        return _decision;
    }

    private AppendResult Decide(WaitingMessage message)
    {
        // A known cid comes before every other rule: its sender is told the seq whatever they may do now.
        if (FindKnown(message) is { Status: not 0 } known)
        {
            return known;
        }

        var member = IsUnbegun && message.Peer.IsNone ? null : Find(message.Sender) ?? Newcomer(message);
        if (state.IsClosed && (member is { IsPresent: true } || !message.Peer.IsNone))
        {
            return Ask(message) ?? new(AppendStatus.Forbidden);
        }

        var may = Membership.MayWrite(member, now, options);
        if (may == AppendStatus.Committed && IsRefused(message))
        {
            may = AppendStatus.Forbidden;
        }

        if (may == AppendStatus.NotFound)
        {
            // Who never belonged has no cid here, so the store need not be asked.
            return new(may);
        }

        if (may != AppendStatus.Committed)
        {
            return Ask(message) ?? new(may);
        }

        if (TimeRules.IsOutside(message.Item.Cid, now, options))
        {
            return Ask(message) ?? new(AppendStatus.TooOld);
        }

        if (!message.Item.After.IsNone && !IsThere(message.Sender, message.Item.After))
        {
            // Its own cid may be committed though it is no longer in memory: that comes first.
            return AskAfter(message) ?? Ask(message) ?? new(AppendStatus.Predecessor);
        }

        return Accept(message);
    }

    /// <summary>
    /// The answer when the cid is committed (in memory, or the store said so) or in this write already.
    /// </summary>
    private AppendResult FindKnown(WaitingMessage message)
    {
        var key = (message.Sender, message.Item.Cid);
        if (state.Cids.TryGet(message.Sender, message.Item.Cid, out var recent))
        {
            return recent.TextHash == RecentCids.HashText(message.Item.Text)
                ? new(AppendStatus.Duplicate, recent.Seq, recent.Time)
                : new(AppendStatus.Conflict);
        }

        if (message.Known is { } stored)
        {
            _stored.Add(key);
            return stored.SameText ? new(AppendStatus.Duplicate, stored.Seq, stored.Time) : new(AppendStatus.Conflict);
        }

        if (_accepted.TryGetValue(key, out var entry))
        {
            return entry.Body.Span.SequenceEqual(message.Item.Text.Span)
                ? new(AppendStatus.Duplicate, entry.Seq, entry.Time)
                : new(AppendStatus.Conflict);
        }

        return default;
    }

    private bool IsThere(UserId sender, Cid cid) =>
        state.Cids.Contains(sender, cid) || _accepted.ContainsKey((sender, cid)) || _stored.Contains((sender, cid));

    /// <summary>Undecided until the store was asked for the cid; null when it was and does not know it.</summary>
    private AppendResult? Ask(WaitingMessage message)
    {
        if (message.Asked || !state.Exists)
        {
            return null;
        }

        _decision.AskCids.Add(message);
        _undecided.Add((message.Sender, message.Item.Cid));
        return default(AppendResult);
    }

    private AppendResult? AskAfter(WaitingMessage message)
    {
        if (message.AfterKnown)
        {
            return Accept(message);
        }

        // What is known of the predecessor as a message of this very turn need not be asked twice.
        if (_undecided.Contains((message.Sender, message.Item.After)))
        {
            _undecided.Add((message.Sender, message.Item.Cid));
            return default(AppendResult);
        }

        if (message.AfterAsked || !state.Exists)
        {
            return null;
        }

        _decision.AskAfters.Add(message);
        _undecided.Add((message.Sender, message.Item.Cid));
        return default(AppendResult);
    }

    private AppendResult Accept(WaitingMessage message)
    {
        if (IsUnbegun)
        {
            Begin(message);
        }

        if (Find(message.Sender) is { } sender && (sender.Flags & Open) != MemberFlags.None)
        {
            // Who answers accepts.
            _members[message.Sender] = sender with
            {
                Flags = sender.Flags & ~Open,
            };
            _answering.Add(message.Sender);
            _decision.Effects.Changed.Add(message.Sender);
        }

        var last = _entries.Count == 0 ? null : _entries[^1];
        var kind = EntryKinds.OfText(message.Item.Text.Span);
        var entry = new Entry(
            state.Head + 1 + _entries.Count,
            TimeRules.Next(last?.Time ?? state.LastTime, now),
            kind,
            message.Sender,
            message.Item.Cid,
            message.Item.Text,
            (last?.Messages ?? state.MessageCount) + (kind.CountsAsMessage() ? 1 : 0)
        );
        _entries.Add(entry);
        _accepted[(message.Sender, message.Item.Cid)] = entry;
        _decision.Writers.Add(message);
        Aim(message.Sender, 0, message.Item.Seen);
        return new(AppendStatus.Committed, entry.Seq, entry.Time);
    }

    /// <summary>The first message makes both members; from a stranger it is a request to the other.</summary>
    private void Begin(WaitingMessage message)
    {
        _creation = state.Exists ? null : new ConversationCreation(ConversationKind.Direct, null);
        _members[message.Sender] = Find(message.Sender) ?? Membership.Founder(message.Sender);
        var peer = Find(message.Peer) ?? Membership.Founder(message.Peer);
        var asks = message.Standing == PeerStanding.Stranger ? MemberFlags.Request : MemberFlags.None;
        _members[message.Peer] = peer with { Flags = peer.Flags | asks };
        _decision.Effects.Joined.AddRange([message.Sender, message.Peer]);
    }

    /// <summary>The other blocks the sender, or cannot be written to: the same answer for both.</summary>
    private bool IsRefused(WaitingMessage message) =>
        message.Standing == PeerStanding.Unreachable
        || (state.Kind == ConversationKind.Direct && state.Members.IsBlockedByAnother(message.Sender));

    /// <summary>The member that the first message of a direct conversation makes of its sender.</summary>
    private Member? Newcomer(WaitingMessage message) =>
        state.Exists || _creation is not null || message.Peer.IsNone ? null : Membership.Founder(message.Sender);

    private Member? Find(UserId user) => _members.GetValueOrDefault(user) ?? state.Members.Find(user);

    private void Aim(UserId user, long delivered, long read) =>
        _targets[user] = _targets.GetValueOrDefault(user).Merge(delivered, read);

    private void Raise(UserId user, MarkTarget target)
    {
        var member = Find(user)!;
        var read = Math.Min(target.Read, state.Head);
        var counts = default(MarkCounts);
        if (
            read > member.Marks.Read
            && !MarkRules.TryCount(user, read, state.Head, state.MessageCount, state.Entries, out counts)
            && !turn.Counts.TryGetValue((user, read), out counts)
        )
        {
            _decision.AskCounts.Add((user, read));
            return;
        }

        var marks = MarkRules.Raise(user, member.Marks, target, counts, state.Head, state.Entries, _entries);
        // Who marks beyond the head has seen more than this writer knows: such a mark is only confirmed by a commit,
        // which fails when another writer is ahead.
        var isBeyond = Math.Max(target.Read, target.Delivered) > state.Head;
        if (marks == member.Marks && !isBeyond)
        {
            return;
        }

        // Passing over one's own messages is no news to anybody.
        if (MarkRules.Raises(member.Marks, target, state.Head) || _answering.Contains(user))
        {
            // Who answered a request was silent until now.
            var told = _answering.Contains(user) ? default : member.Marks;
            _decision.Raised.Add(new RaisedMarks(user, told, marks));
        }

        _members[user] = member with { Marks = marks };
    }
}
