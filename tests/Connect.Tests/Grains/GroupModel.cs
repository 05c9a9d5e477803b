using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;

namespace Connect.Tests.Grains;

/// <summary>
/// What proto/connect/v1/README.md says of groups, written down once more without any thought of speed: lists, searched
/// from the start. A status of <c>Committed</c> stands for "done, or done already".
/// </summary>
internal sealed class GroupModel(int users, int maxMembers, int maxInvites)
{
    /// <summary>This user blocks every second one, whose invites are never shown to them.</summary>
    public const int Blocker = 5;

    private const long InviteLifetime = 30L * 24 * 60 * 60 * 1000;

    private readonly MemberRole[] _roles = new MemberRole[users];
    private readonly long[] _since = new long[users];
    private readonly bool[] _wasMember = new bool[users];
    private readonly (int By, long Time)?[] _invites = new (int, long)?[users];
    private readonly List<HashSet<int>> _seenBy = [];
    private bool _exists;
    private bool _closed;
    private string _title = "";

    public long Now { get; set; }

    public bool IsMember(int user) => _roles[user] != MemberRole.None;

    public bool SeesInvite(int user) => IsInvited(user) && !IsHidden(_invites[user]!.Value.By, user);

    public static bool IsHidden(int actor, int user) => user == Blocker && actor % 2 == 0;

    public IEnumerable<long> Sees(int user) =>
        _closed
            ? []
            : Enumerable.Range(1, _seenBy.Count).Where(seq => _seenBy[seq - 1].Contains(user)).Select(seq => (long)seq);

    public Dictionary<UserId, MemberRole> Roles(Func<int, UserId> id) =>
        Enumerable.Range(0, users).Where(IsMember).ToDictionary(id, user => _roles[user]);

    public AppendStatus Send(int actor) => Check(actor) ?? Done(() => Write());

    public AppendStatus Create(int actor, string title, List<int> add, List<int> invite)
    {
        var added = add.Where(user => user != actor).ToList();
        var invited = invite.Where(user => user != actor).ToList();
        if (1 + added.Count + invited.Count > maxMembers)
        {
            return AppendStatus.GroupFull;
        }

        if (invited.Count > maxInvites)
        {
            return AppendStatus.TooManyInvites;
        }

        if (_exists)
        {
            return AppendStatus.Conflict;
        }

        (_exists, _title) = (true, title);
        foreach (var user in added.Prepend(actor))
        {
            Join(user, user == actor ? MemberRole.Owner : MemberRole.Member);
        }

        Write();
        invited.ForEach(user => Invite(actor, user));
        return AppendStatus.Committed;
    }

    public AppendStatus Add(int actor, List<int> add, List<int> invite)
    {
        if ((Check(actor) ?? Manager(actor)) is { } refused)
        {
            return refused;
        }

        var added = add.Where(user => !IsMember(user)).ToList();
        var invited = invite
            .Where(user => !IsMember(user) && !SeesInvite(user) && !(IsInvited(user) && IsHidden(actor, user)))
            .ToList();
        var all = Enumerable
            .Range(0, users)
            .Count(user => IsMember(user) || IsInvited(user) || added.Contains(user) || invited.Contains(user));
        if (all > maxMembers)
        {
            return AppendStatus.GroupFull;
        }

        var pending = Enumerable.Range(0, users).Count(user => IsInvited(user) && _invites[user]!.Value.By == actor);
        if (invited.Count > 0 && pending + invited.Count > maxInvites)
        {
            return AppendStatus.TooManyInvites;
        }

        return Done(
            () =>
            {
                foreach (var user in added)
                {
                    Join(user, MemberRole.Member);
                    Write();
                }

                invited.ForEach(user => Invite(actor, user));
            },
            added.Count + invited.Count > 0
        );
    }

    public AppendStatus Accept(int actor) =>
        IsMember(actor) ? AppendStatus.Committed
        : !SeesInvite(actor) ? Outside(actor)
        : Done(() =>
        {
            Join(actor, MemberRole.Member);
            Write();
        });

    public AppendStatus Decline(int actor) =>
        IsMember(actor) ? AppendStatus.Invalid
        : !SeesInvite(actor) ? Outside(actor)
        : Done(() => EndInvite(actor));

    public AppendStatus Withdraw(int actor, int other) =>
        Check(actor)
        ?? (
            !IsInvited(other) ? AppendStatus.NotFound
            : _invites[other]!.Value.By != actor && _roles[actor] < MemberRole.Admin ? AppendStatus.Forbidden
            : Done(() => EndInvite(other))
        );

    public AppendStatus Remove(int actor, int other)
    {
        if (Check(actor) is { } refused)
        {
            return refused;
        }

        if (actor == other)
        {
            return AppendStatus.Invalid;
        }

        if (!_wasMember[other])
        {
            return _roles[actor] < MemberRole.Admin ? AppendStatus.Forbidden : AppendStatus.NotFound;
        }

        return _roles[actor] < MemberRole.Admin || _roles[other] >= _roles[actor]
            ? AppendStatus.Forbidden
            : PartOnly(other);
    }

    public AppendStatus Leave(int actor)
    {
        if (Check(actor) is { } refused)
        {
            return refused;
        }

        var heirs = Enumerable.Range(0, users).Where(user => IsMember(user) && user != actor).ToList();
        var heir = heirs.OrderByDescending(user => _roles[user]).ThenBy(user => _since[user]).ThenBy(user => user);
        if (heirs.Count > 0 && _roles[actor] == MemberRole.Owner)
        {
            _roles[heir.First()] = MemberRole.Owner;
            Write();
        }

        Part(actor);
        if (heirs.Count == 0)
        {
            _closed = true;
            Array.Clear(_invites);
            Array.Clear(_wasMember);
        }

        return AppendStatus.Committed;
    }

    public AppendStatus SetRole(int actor, int other, MemberRole role)
    {
        if (Check(actor) is { } refused)
        {
            return refused;
        }

        if (actor == other)
        {
            return AppendStatus.Invalid;
        }

        if (Manager(actor) is { } not)
        {
            return not;
        }

        if (!IsMember(other))
        {
            return AppendStatus.NotFound;
        }

        if (_roles[other] >= _roles[actor] || role > _roles[actor])
        {
            return AppendStatus.Forbidden;
        }

        return Done(
            () =>
            {
                _roles[other] = role;
                Write();
                if (role == MemberRole.Owner)
                {
                    _roles[actor] = MemberRole.Admin;
                    Write();
                }
            },
            _roles[other] != role
        );
    }

    public AppendStatus SetTitle(int actor, string title) =>
        Check(actor)
        ?? Manager(actor)
        ?? Done(
            () =>
            {
                _title = title;
                Write();
            },
            _title != title
        );

    /// <summary>Nothing is written behind the entry that removes somebody, so also no lapsed invite.</summary>
    private AppendStatus PartOnly(int user)
    {
        if (IsMember(user))
        {
            Part(user);
        }

        return AppendStatus.Committed;
    }

    private AppendStatus? Manager(int actor) => _roles[actor] < MemberRole.Admin ? AppendStatus.Forbidden : null;

    private AppendStatus? Check(int actor) => IsMember(actor) ? null : Outside(actor);

    /// <summary>Who never was a member, or is only invited, learns nothing but what they are invited to.</summary>
    private AppendStatus Outside(int actor) =>
        _wasMember[actor] ? AppendStatus.NotMember
        : SeesInvite(actor) ? AppendStatus.Forbidden
        : AppendStatus.NotFound;

    private bool IsInvited(int user) => _invites[user] is { } invite && invite.Time + InviteLifetime > Now;

    private AppendStatus Done(Action change, bool isChange = true)
    {
        if (isChange)
        {
            change();
            WriteLapsed();
        }

        return AppendStatus.Committed;
    }

    private void Join(int user, MemberRole role)
    {
        (_roles[user], _wasMember[user], _invites[user]) = (role, true, null);
        _since[user] = _seenBy.Count + 1;
    }

    private void Part(int user)
    {
        Write();
        _roles[user] = MemberRole.None;
    }

    private void Invite(int actor, int user)
    {
        _invites[user] = (actor, Now);
        Write();
    }

    private void EndInvite(int user)
    {
        _invites[user] = null;
        Write();
    }

    private void WriteLapsed()
    {
        for (var user = 0; user < users; user++)
        {
            if (_invites[user] is not null && !IsInvited(user))
            {
                EndInvite(user);
            }
        }
    }

    private void Write() => _seenBy.Add([.. Enumerable.Range(0, users).Where(IsMember)]);
}
