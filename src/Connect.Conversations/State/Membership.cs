using System.Collections.Immutable;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;

namespace Connect.Conversations.State;

/// <summary>Who belongs to a conversation and may write to it.</summary>
internal sealed class Membership
{
    private readonly Dictionary<UserId, Member> _members = [];
    private ImmutableArray<UserId> _present;
    private long? _firstInvite;
    private bool _invitesChanged = true;
    private long _bytes;

    /// <summary>As the rows of the stores are, about: members share rows, and a row is written as a whole.</summary>
    private const int BlockMembers = 64;
    private const int MemberBytes = 64;
    private const int RangeBytes = 16;

    public Membership(ImmutableArray<Member> members)
    {
        foreach (var member in members)
        {
            _members[member.User] = member;
            _bytes += BytesOf(member);
        }
    }

    /// <summary>The present members: who gets what is committed now.</summary>
    public ImmutableArray<UserId> Present
    {
        get
        {
            if (_present.IsDefault)
            {
                _present = [.. _members.Values.Where(member => member.IsPresent).Select(member => member.User)];
            }

            return _present;
        }
    }

    /// <summary>Present, former and invited members.</summary>
    public IReadOnlyCollection<Member> All => _members.Values;

    /// <summary>When the oldest pending invite was made; null when there is none.</summary>
    public long? FirstInvite
    {
        get
        {
            if (_invitesChanged)
            {
                _firstInvite = _members.Values.Min(member => member.Invitation?.Time);
                _invitesChanged = false;
            }

            return _firstInvite;
        }
    }

    /// <summary>At least one member has left.</summary>
    public bool HasFormer => _members.Values.Any(member => !member.IsPresent);

    /// <summary>Of a direct conversation: the other member blocks this one.</summary>
    public bool IsBlockedByAnother(UserId user) =>
        _members.Values.Any(member => member.User != user && member.Flags.HasFlag(MemberFlags.Blocks));

    /// <summary>At least one member of a direct conversation has flags set.</summary>
    public bool HasFlags => _members.Values.Any(member => member.Flags != MemberFlags.None);

    public Member? Find(UserId user) => _members.GetValueOrDefault(user);

    /// <summary>About how many bytes of rows a store writes when it writes those of so many members.</summary>
    public int RowBytes(int members)
    {
        var blocks = Math.Min(members, (_members.Count + BlockMembers - 1) / BlockMembers);
        return _members.Count == 0
            ? 0
            : (int)Math.Min(int.MaxValue, _bytes * blocks * Math.Min(BlockMembers, _members.Count) / _members.Count);
    }

    private static int BytesOf(Member? member) =>
        member is null ? 0 : MemberBytes + (RangeBytes * (member.Visible.Length + member.Marks.Ended.All.Length));

    public void Clear()
    {
        _members.Clear();
        _bytes = 0;
        _present = default;
        _invitesChanged = true;
    }

    public void Drop(UserId user)
    {
        if (_members.Remove(user, out var member))
        {
            _bytes -= BytesOf(member);
            _present = default;
            _invitesChanged = true;
        }
    }

    public void Set(Member member)
    {
        _invitesChanged |= _members.GetValueOrDefault(member.User)?.Invitation != member.Invitation;
        _bytes += BytesOf(member) - BytesOf(_members.GetValueOrDefault(member.User));
        if (_members.TryGetValue(member.User, out var before) && before.IsPresent == member.IsPresent)
        {
            _members[member.User] = member;
            return;
        }

        _members[member.User] = member;
        _present = default;
    }

    /// <summary>
    /// Why a user may not write, or <c>Committed</c> when they may. Somebody who never belonged, or whose invite is
    /// over or hidden from them, gets the answer for a conversation that does not exist (promise 6).
    /// </summary>
    public static AppendStatus MayWrite(Member? member, long now, ConversationOptions options) =>
        member switch
        {
            null => AppendStatus.NotFound,
            { IsPresent: true } => AppendStatus.Committed,
            { Visible.IsEmpty: false } => AppendStatus.NotMember,
            { Invitation: { IsHidden: false } invitation } when !options.IsLapsed(invitation, now) =>
                AppendStatus.Forbidden,
            _ => AppendStatus.NotFound,
        };

    /// <summary>A member of a new direct conversation, who sees all of it.</summary>
    public static Member Founder(UserId user) =>
        new(user, MemberRole.Member, [new SeqRange(1, long.MaxValue)], default);
}

/// <summary>
/// Who may do what in a group: owner and admins add, invite, rename, and remove or re-role anybody below them;
/// everybody may leave. Pure.
/// </summary>
internal static class GroupRules
{
    /// <summary>May add, invite and rename.</summary>
    public static bool MayManage(Member? actor) => actor is { Role: MemberRole.Admin or MemberRole.Owner };

    /// <summary>May remove or re-role the other.</summary>
    public static bool IsAbove(Member actor, Member other) => MayManage(actor) && actor.Role > other.Role;

    /// <summary>
    /// May give a role up to their own to anybody below them. An owner who gives theirs away becomes an admin.
    /// </summary>
    public static bool MayGive(Member actor, Member other, MemberRole role) =>
        IsAbove(actor, other) && role is > MemberRole.None && role <= actor.Role;

    /// <summary>May withdraw an invite: its maker, and anybody who manages the group.</summary>
    public static bool MayWithdraw(Member actor, Invitation invitation) =>
        invitation.By == actor.User || MayManage(actor);

    /// <summary>
    /// The successor of an owner who leaves: the longest-standing admin, else the longest-standing member; null when
    /// nobody is left.
    /// </summary>
    public static Member? FindHeir(IEnumerable<Member> members, Member owner) =>
        members
            .Where(member => member.IsPresent && member.User != owner.User)
            .OrderByDescending(member => member.Role)
            .ThenBy(member => member.Since)
            .ThenBy(member => member.User)
            .FirstOrDefault();
}

/// <summary>
/// Invites lapse by time, and the next append records it. Declined, withdrawn and lapsed look alike: the entry only
/// says that this user's invite is over.
/// </summary>
internal sealed class LapsedInvites(ConversationState state, ConversationOptions options)
{
    /// <summary>Adds an entry for each lapsed invite that has none yet.</summary>
    public void AddTo(List<Entry> entries, Dictionary<UserId, Member> members, ChangeEffects effects, long now)
    {
        if (state.Members.FirstInvite is not { } first || first + options.InviteLifetimeMilliseconds > now)
        {
            return;
        }

        foreach (var member in state.Members.All)
        {
            if (
                member.Invitation is { } invitation
                && options.IsLapsed(invitation, now)
                && !members.ContainsKey(member.User)
            )
            {
                End(
                    member,
                    state.NextEntry(entries, EntryKind.InviteEnded, member.User, now),
                    entries,
                    members,
                    effects
                );
            }
        }
    }

    public static void End(
        Member invited,
        Entry entry,
        List<Entry> entries,
        Dictionary<UserId, Member> members,
        ChangeEffects effects
    )
    {
        entries.Add(entry with { Body = EntryChange.OfUser(invited.User).Encode() });
        members[invited.User] = invited with { Invitation = null };
        effects.Uninvited.Add(invited.User);
        effects.InvitesOver.Add((invited.User, invited.Invitation!));
    }
}
