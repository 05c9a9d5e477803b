using System.Collections.Immutable;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;

namespace Connect.Grains.Conversations;

/// <summary>Who belongs to a conversation and may write to it.</summary>
internal sealed class Membership
{
    private readonly Dictionary<UserId, Member> _members = [];
    private ImmutableArray<UserId> _present;

    public Membership(ImmutableArray<Member> members)
    {
        foreach (var member in members)
        {
            _members[member.User] = member;
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

    public Member? Find(UserId user) => _members.GetValueOrDefault(user);

    public void Set(Member member)
    {
        if (_members.TryGetValue(member.User, out var before) && before.IsPresent == member.IsPresent)
        {
            _members[member.User] = member;
            return;
        }

        _members[member.User] = member;
        _present = default;
    }

    /// <summary>
    /// Why a user may not write, or <c>Committed</c> when they may. One who never belonged gets the answer of a
    /// conversation that does not exist (promise 6).
    /// </summary>
    public static AppendStatus MayWrite(Member? member) =>
        member switch
        {
            null => AppendStatus.NotFound,
            { IsPresent: false } => AppendStatus.NotMember,
            _ => AppendStatus.Committed,
        };

    /// <summary>A member of a new direct conversation: sees all of it, for ever.</summary>
    public static Member Founder(UserId user) =>
        new(user, MemberRole.Member, [new SeqRange(1, long.MaxValue)], default);
}
