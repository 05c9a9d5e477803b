using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;

namespace Connect.Conversations.State;

/// <summary>
/// The working copy in which one batch is decided: first the messages in order, each seeing those accepted before it,
/// then the marks.
/// </summary>
internal sealed class AppendBatchDraft(
    ConversationState state,
    AppendBatch batch,
    long now,
    ConversationOptions options
)
{
    private const MemberFlags Open = MemberFlags.Request | MemberFlags.Declined;

    private readonly AppendBatchDecision _decision = new()
    {
        Messages = new AppendResult[batch.Messages.Count],
        Marks = new MarkReply[batch.Marks.Count],
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
    /// Nobody has written yet. A block may have left a head all the same; the conversation must then look as if it did
    /// not exist.
    /// </summary>
    private bool IsUnbegun =>
        _entries.Count == 0
        && (!state.Exists || (state.Kind == ConversationKind.Direct && state is { Head: 0, IsClosed: false }));

    public AppendBatchDecision Decide()
    {
        for (var i = 0; i < batch.Messages.Count; i++)
        {
            _decision.Messages[i] = Decide(batch.Messages[i]);
        }

        foreach (var mark in batch.Marks)
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

        for (var i = 0; i < batch.Marks.Count; i++)
        {
            var member = IsUnbegun ? null : Find(batch.Marks[i].Request.User);
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
        // A known cid precedes every other rule: its sender gets the seq whatever their rights are now.
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
            // Somebody who never belonged has no cid here: no need to ask the store.
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
            // Its own cid may be committed but no longer in memory: check that first.
            return AskAfter(message) ?? Ask(message) ?? new(AppendStatus.Predecessor);
        }

        return Accept(message);
    }

    /// <summary>
    /// The answer when the cid is already committed (in memory or per the store) or part of this batch.
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

    /// <summary>Undecided until the store has been asked for the cid; null when it does not know it.</summary>
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

        // The predecessor is in this batch and already being looked up.
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
            // Answering a request accepts it.
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

    /// <summary>The first message makes both users members; from a stranger it is a message request.</summary>
    private void Begin(WaitingMessage message)
    {
        _creation = state.Exists ? null : new ConversationCreation(ConversationKind.Direct, null);
        _members[message.Sender] = Find(message.Sender) ?? Membership.Founder(message.Sender);
        var peer = Find(message.Peer) ?? Membership.Founder(message.Peer);
        var asks = message.Standing == PeerStanding.Stranger ? MemberFlags.Request : MemberFlags.None;
        _members[message.Peer] = peer with { Flags = peer.Flags | asks };
        _decision.Effects.Joined.AddRange([message.Sender, message.Peer]);
    }

    /// <summary>The peer blocks the sender or cannot be reached: the same answer for both.</summary>
    private bool IsRefused(WaitingMessage message) =>
        message.Standing == PeerStanding.Unreachable
        || (state.Kind == ConversationKind.Direct && state.Members.IsBlockedByAnother(message.Sender));

    /// <summary>The sender as a member of the direct conversation that their first message creates.</summary>
    private Member? Newcomer(WaitingMessage message) =>
        state.Exists || _creation is not null || message.Peer.IsNone ? null : Membership.Founder(message.Sender);

    private Member? Find(UserId user) => _members.GetValueOrDefault(user) ?? state.Members.Find(user);

    private void Aim(UserId user, long delivered, long read) =>
        _targets[user] = _targets.GetValueOrDefault(user).Merge(delivered, read);

    private void Raise(UserId user, MarkTarget target)
    {
        var member = Find(user)!;
        // A mark beyond the head means that the member has seen more than this writer knows. Only a commit may confirm
        // it: it fails when another writer is ahead.
        var isBeyond = Math.Max(target.Read, target.Delivered) > state.Head;
        var questions = new MarkQuestions(state, batch, _decision, options.EndedBy(now), options.MaxCountedMarks);
        if (questions.Find(user, member.Marks, target) is not { } known)
        {
            return;
        }

        var marks = MarkRules.Raise(
            user,
            known.Marks,
            known.Delivered,
            known.Read,
            known.AtRead,
            state.Head,
            state.Entries,
            _entries
        );
        if (marks == member.Marks && !isBeyond)
        {
            return;
        }

        // Moving past one's own messages is no news to anybody.
        if (known.Delivered > member.Marks.Delivered || known.Read > member.Marks.Read || _answering.Contains(user))
        {
            // Until they answered, a request hid all their marks.
            var told = _answering.Contains(user) ? default : member.Marks;
            _decision.Raised.Add(new RaisedMarks(user, told, marks));
        }

        _members[user] = member with { Marks = marks };
    }
}
