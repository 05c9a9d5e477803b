using System.Collections.Immutable;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;

namespace Connect.Conversations.State;

/// <summary>
/// The working copy in which one group change is decided. A change is a batch of its own, so that every push of a
/// batch of messages goes to all members alike.
/// </summary>
internal sealed class GroupDraft(ConversationState state, WaitingChange waiting, long now, ConversationOptions options)
{
    private readonly ChangeRequest _request = waiting.Request;
    private readonly List<Entry> _entries = [];
    private readonly Dictionary<UserId, Member> _members = [];
    private readonly ChangeEffects _effects = new();
    private ConversationCreation? _creation;
    private string? _title;
    private bool _closes;

    public AppendBatchDecision Decide()
    {
        var decision = new AppendBatchDecision
        {
            Messages = [],
            Marks = [],
            Effects = _effects,
        };
        var status = Draft();
        if (_entries.Count > 0)
        {
            waiting.Body = _entries[0].Body;
        }

        // A known cid precedes every other rule, as with messages.
        if (FindKnown() is { Status: not 0 } known)
        {
            decision.Change = known;
            return decision;
        }

        if (_entries.Count > 0 && TimeRules.IsOutside(_request.Cid, now, options))
        {
            status = AppendStatus.TooOld;
        }

        if (status != AppendStatus.Committed)
        {
            Ask(decision, status);
            return decision;
        }

        if (_entries.Count == 0)
        {
            // Nothing to do, perhaps because this very change was committed before: then it has an answer.
            Ask(decision, AppendStatus.Committed);
            return decision;
        }

        if (_effects.Left.Count == 0)
        {
            new LapsedInvites(state, options).AddTo(_entries, _members, _effects, now);
        }

        decision.Change = new(AppendStatus.Committed, _entries[0].Seq, _entries[0].Time);
        decision.Commit = state.Commit(_creation, [.. _entries], [.. _members.Values]) with
        {
            Title = _title,
            Closes = _closes,
        };
        return decision;
    }

    private ChangeReply FindKnown()
    {
        if (state.Cids.TryGet(_request.Actor, _request.Cid, out var recent))
        {
            var isSame = waiting.Body.IsEmpty || recent.TextHash == RecentCids.HashText(waiting.Body);
            return isSame ? new(AppendStatus.Duplicate, recent.Seq, recent.Time) : new(AppendStatus.Conflict);
        }

        return waiting.Known switch
        {
            null => default,
            { SameText: true } stored => new(AppendStatus.Duplicate, stored.Seq, stored.Time),
            _ => new(AppendStatus.Conflict),
        };
    }

    /// <summary>
    /// A refusal stands only if the store does not know the cid either: a change sent again gets the same answer, even
    /// when the actor has left since.
    /// </summary>
    private void Ask(AppendBatchDecision decision, AppendStatus status)
    {
        var mayBeKnown = state.Members.Find(_request.Actor) is not null;
        if (state.Exists && mayBeKnown && !waiting.Asked)
        {
            decision.AskChange = waiting;
            return;
        }

        decision.Change = new(status);
    }

    private AppendStatus Draft()
    {
        if (_request.Kind == ChangeKind.Create)
        {
            return Create();
        }

        var actor = state.Members.Find(_request.Actor);
        var standing = Membership.MayWrite(actor, now, options);
        if (!state.Exists || actor is null || standing == AppendStatus.NotFound)
        {
            return AppendStatus.NotFound;
        }

        return _request.Kind switch
        {
            _ when state.Kind != ConversationKind.Group => AppendStatus.Forbidden,
            ChangeKind.AcceptInvite => Accept(actor),
            ChangeKind.DeclineInvite => Decline(actor),
            _ when !actor.IsPresent => standing,
            ChangeKind.Add => AddAll(actor),
            ChangeKind.WithdrawInvite => Withdraw(actor),
            ChangeKind.Remove => Remove(actor),
            ChangeKind.Leave => Leave(actor),
            ChangeKind.SetRole => SetRole(actor),
            ChangeKind.SetTitle => SetTitle(actor),
            _ => AppendStatus.Invalid,
        };
    }

    private AppendStatus Create()
    {
        var added = OrEmpty(_request.Add).Where(user => user != _request.Actor).Distinct().ToList();
        var invited = OrEmpty(_request.Invite).Where(each => each.User != _request.Actor && !added.Contains(each.User));
        var invites = invited.DistinctBy(each => each.User).ToList();
        if (1 + added.Count + invites.Count > options.MaxGroupMembers)
        {
            return AppendStatus.GroupFull;
        }

        if (invites.Count > options.MaxInvitesPerInviter)
        {
            return AppendStatus.TooManyInvites;
        }

        UserId[] first = [_request.Actor, .. added];
        if (state.Exists)
        {
            first = AsItBegan(first, invites);
        }

        var change = new EntryChange(default, MemberRole.None, _request.Title, [.. first]);
        if (state.Exists)
        {
            waiting.Body = change.Encode();
            return AppendStatus.Conflict;
        }

        _creation = new(ConversationKind.Group, _request.Title);
        var entry = Write(EntryKind.Created, _request.Actor, change);
        foreach (var user in first)
        {
            Join(user, user == _request.Actor ? MemberRole.Owner : MemberRole.Member, entry);
        }

        Invite(invites);
        return AppendStatus.Committed;
    }

    /// <summary>
    /// Contacts decide who is added and who invited, and may have changed since the group was created: a repeated
    /// creation counts as the same if it names everybody the group began with.
    /// </summary>
    private UserId[] AsItBegan(UserId[] first, List<Invitee> invites)
    {
        var asked = first.Concat(invites.Select(each => each.User)).ToHashSet();
        var began = state.Members.All.Where(each => !each.Visible.IsEmpty && each.Visible[0].From == 1);
        UserId[] members = [.. began.Select(each => each.User)];
        return asked.IsSupersetOf(members) ? members : first;
    }

    private AppendStatus AddAll(Member actor)
    {
        if (!GroupRules.MayManage(actor))
        {
            return AppendStatus.Forbidden;
        }

        var added = OrEmpty(_request.Add).Distinct().Where(user => Find(user) is not { IsPresent: true }).ToList();
        var invites = OrEmpty(_request.Invite)
            .DistinctBy(each => each.User)
            .Where(each => !added.Contains(each.User) && Find(each.User) is not { IsPresent: true } && !HasInvite(each))
            .ToList();
        var newcomers = added.Count(user => !IsInvited(user)) + invites.Count(each => !IsInvited(each.User));
        if (CountAll() + newcomers > options.MaxGroupMembers)
        {
            return AppendStatus.GroupFull;
        }

        var renewed = invites.Select(each => each.User).ToHashSet();
        var pending = state.Members.All.Count(member =>
            IsInvited(member.User) && member.Invitation!.By == actor.User && !renewed.Contains(member.User)
        );
        if (invites.Count > 0 && pending + invites.Count > options.MaxInvitesPerInviter)
        {
            return AppendStatus.TooManyInvites;
        }

        foreach (var user in added)
        {
            var entry = Write(EntryKind.Added, actor.User, EntryChange.OfUser(user, MemberRole.Member));
            Join(user, MemberRole.Member, entry);
        }

        Invite(invites);
        return AppendStatus.Committed;
    }

    private void Invite(List<Invitee> invites)
    {
        foreach (var invitee in invites)
        {
            var entry = Write(EntryKind.Invited, _request.Actor, EntryChange.OfUser(invitee.User));
            var member = Find(invitee.User) ?? new Member(invitee.User, MemberRole.None, [], default);
            if (member.Invitation is { } replaced && replaced.By != _request.Actor)
            {
                // One of the same inviter goes on counting for them as this one.
                _effects.InvitesOver.Add((invitee.User, replaced));
            }

            _members[invitee.User] = member with { Invitation = new(_request.Actor, entry.Time, invitee.IsHidden) };
            (invitee.IsHidden ? _effects.InvitedHidden : _effects.Invited).Add(invitee.User);
        }
    }

    private AppendStatus Accept(Member actor)
    {
        if (actor.IsPresent)
        {
            return AppendStatus.Committed;
        }

        if (!IsInvited(actor.User) || actor.Invitation!.IsHidden)
        {
            return AppendStatus.NotMember;
        }

        var entry = Write(EntryKind.InviteAccepted, actor.User, EntryChange.OfUser(actor.User, MemberRole.Member));
        Join(actor.User, MemberRole.Member, entry);
        return AppendStatus.Committed;
    }

    private AppendStatus Decline(Member actor)
    {
        if (actor.IsPresent)
        {
            return AppendStatus.Invalid;
        }

        if (!IsInvited(actor.User) || actor.Invitation!.IsHidden)
        {
            return AppendStatus.NotMember;
        }

        EndInvite(actor);
        return AppendStatus.Committed;
    }

    private AppendStatus Withdraw(Member actor)
    {
        if (Find(_request.User) is not { } invited || !IsInvited(invited.User))
        {
            return AppendStatus.NotFound;
        }

        if (!GroupRules.MayWithdraw(actor, invited.Invitation!))
        {
            return AppendStatus.Forbidden;
        }

        EndInvite(invited);
        return AppendStatus.Committed;
    }

    private AppendStatus Remove(Member actor)
    {
        if (_request.User == actor.User)
        {
            return AppendStatus.Invalid;
        }

        if (Find(_request.User) is not { } other || (!other.IsPresent && other.Visible.IsEmpty))
        {
            return GroupRules.MayManage(actor) ? AppendStatus.NotFound : AppendStatus.Forbidden;
        }

        if (!GroupRules.IsAbove(actor, other))
        {
            return AppendStatus.Forbidden;
        }

        if (other.IsPresent)
        {
            Part(other, Write(EntryKind.Removed, actor.User, EntryChange.OfUser(other.User)));
        }

        return AppendStatus.Committed;
    }

    private AppendStatus Leave(Member actor)
    {
        var heir = GroupRules.FindHeir(state.Members.All, actor);
        if (heir is not null && actor.Role == MemberRole.Owner)
        {
            Give(heir, MemberRole.Owner);
        }

        // Last: the leaving member sees nothing after it.
        Part(actor, Write(EntryKind.Left, actor.User, EntryChange.OfUser(actor.User)));
        if (heir is null)
        {
            _closes = true;
            foreach (var invited in state.Members.All.Where(member => member.Invitation is not null))
            {
                _effects.Uninvited.Add(invited.User);
                _effects.InvitesOver.Add((invited.User, invited.Invitation!));
            }
        }

        return AppendStatus.Committed;
    }

    private AppendStatus SetRole(Member actor)
    {
        if (_request.User == actor.User || _request.Role is MemberRole.None or > MemberRole.Owner)
        {
            return AppendStatus.Invalid;
        }

        if (!GroupRules.MayManage(actor))
        {
            return AppendStatus.Forbidden;
        }

        if (Find(_request.User) is not { IsPresent: true } other)
        {
            return AppendStatus.NotFound;
        }

        if (other.Role == _request.Role && actor.Role > other.Role)
        {
            return AppendStatus.Committed;
        }

        if (!GroupRules.MayGive(actor, other, _request.Role))
        {
            return AppendStatus.Forbidden;
        }

        Give(other, _request.Role);
        if (_request.Role == MemberRole.Owner)
        {
            Give(actor, MemberRole.Admin);
        }

        return AppendStatus.Committed;
    }

    private AppendStatus SetTitle(Member actor)
    {
        if (!GroupRules.MayManage(actor))
        {
            return AppendStatus.Forbidden;
        }

        if (string.IsNullOrEmpty(_request.Title))
        {
            return AppendStatus.Invalid;
        }

        if (_request.Title != state.Title)
        {
            _title = _request.Title;
            Write(EntryKind.Title, actor.User, new(default, MemberRole.None, _title, []));
        }

        return AppendStatus.Committed;
    }

    /// <summary>
    /// A member from this entry on, with both marks at it (ADR 0009). What they had not got before they left has ended.
    /// </summary>
    private void Join(UserId user, MemberRole role, Entry entry)
    {
        var before = Find(user);
        if (before?.Invitation is { } taken)
        {
            _effects.InvitesOver.Add((user, taken));
        }

        var ended = before?.Marks.Ended ?? default;
        if (before is { Visible: [.., var left] } && left.To > before.Marks.Delivered)
        {
            ended = ended.Add(new(before.Marks.Delivered + 1, left.To, 0));
        }

        _members[user] = new Member(
            user,
            role,
            [.. VisibleRanges.Keep(before?.Visible ?? []), new SeqRange(entry.Seq, long.MaxValue)],
            new(entry.Seq, entry.Seq, entry.Messages, 0, ended)
        );
        _effects.Joined.Add(user);
    }

    /// <summary>The entry that ends a membership is the last one its member sees.</summary>
    private void Part(Member member, Entry entry)
    {
        var open = member.Visible[^1];
        _members[member.User] = member with
        {
            Role = MemberRole.None,
            Visible = [.. member.Visible[..^1], open with { To = entry.Seq }],
        };
        _effects.Left.Add(member.User);
    }

    private void Give(Member member, MemberRole role)
    {
        Write(EntryKind.Role, _request.Actor, EntryChange.OfUser(member.User, role));
        _members[member.User] = (Find(member.User) ?? member) with { Role = role };
        _effects.Changed.Add(member.User);
    }

    private void EndInvite(Member invited)
    {
        LapsedInvites.End(invited, Next(EntryKind.InviteEnded, invited.User), _entries, _members, _effects);
    }

    /// <summary>Adds an entry; the first one carries the request's cid.</summary>
    private Entry Write(EntryKind kind, UserId from, EntryChange change)
    {
        var entry = Next(kind, from) with
        {
            Cid = _entries.Count == 0 ? _request.Cid : default,
            Body = change.Encode(),
        };
        _entries.Add(entry);
        return entry;
    }

    private Entry Next(EntryKind kind, UserId from) => state.NextEntry(_entries, kind, from, now);

    private Member? Find(UserId user) => _members.GetValueOrDefault(user) ?? state.Members.Find(user);

    private bool IsInvited(UserId user) =>
        Find(user)?.Invitation is { } invitation && !options.IsLapsed(invitation, now);

    /// <summary>
    /// Another invite would tell the user nothing new. One that they see replaces one that is hidden from them, or
    /// whoever they block would keep everybody else from inviting them.
    /// </summary>
    private bool HasInvite(Invitee invitee) =>
        IsInvited(invitee.User) && (invitee.IsHidden || !Find(invitee.User)!.Invitation!.IsHidden);

    private int CountAll() => state.Members.All.Count(member => member.IsPresent || IsInvited(member.User));

    private static ImmutableArray<T> OrEmpty<T>(ImmutableArray<T> users) => users.IsDefault ? [] : users;
}
