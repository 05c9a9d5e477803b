using System.Collections.Immutable;
using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Accounts;

/// <summary>
/// Who is told whose marks, among some users: a block, by whichever side, hides all of them between the two; whoever
/// switched read receipts off neither gives nor gets any. One's own marks are never hidden from oneself.
/// </summary>
public sealed class ReceiptPrivacy
{
    /// <summary>Everybody is told everything.</summary>
    public static readonly ReceiptPrivacy None = new([], [], isSilent: false);

    /// <summary>Nobody is told anything of others: what they hide is not known.</summary>
    public static readonly ReceiptPrivacy Silent = new([], [], isSilent: true);

    private readonly HashSet<UserId> _hiding;
    private readonly Dictionary<UserId, HashSet<UserId>> _apart;
    private readonly bool _isSilent;

    private ReceiptPrivacy(HashSet<UserId> hiding, Dictionary<UserId, HashSet<UserId>> apart, bool isSilent)
    {
        _hiding = hiding;
        _apart = apart;
        _isSilent = isSilent;
    }

    /// <summary>Nothing is hidden.</summary>
    public bool IsEmpty => !_isSilent && _hiding.Count + _apart.Count == 0;

    /// <summary>The most blocks that any of the users has to do with here.</summary>
    public int MostApart => _apart.Count == 0 ? 0 : _apart.Values.Max(each => each.Count);

    /// <summary>From what is known of each user; for tests, and for <see cref="ReadAsync"/>.</summary>
    /// <param name="hiding">Who switched read receipts off.</param>
    /// <param name="blocks">Who blocks whom.</param>
    public static ReceiptPrivacy Of(IEnumerable<UserId> hiding, IEnumerable<(UserId By, UserId Of)> blocks)
    {
        var apart = new Dictionary<UserId, HashSet<UserId>>();
        foreach (var (by, of) in blocks)
        {
            Add(apart, by, of);
            Add(apart, of, by);
        }

        return new([.. hiding], apart, isSilent: false);
    }

    /// <summary>Of these users, from memory where it is known.</summary>
    public static async ValueTask<ReceiptPrivacy> ReadAsync(
        IRelations relations,
        ImmutableArray<UserId> users,
        CancellationToken cancellationToken
    )
    {
        List<UserId>? hiding = null;
        List<(UserId, UserId)>? blocks = null;
        foreach (var user in users)
        {
            if ((await relations.ReadPrivacyAsync(user, cancellationToken)).HidesReads)
            {
                (hiding ??= []).Add(user);
            }

            var blocked = await relations.FindBlockedAsync(user, cancellationToken);
            if (!blocked.IsEmpty)
            {
                (blocks ??= []).AddRange(users.Where(blocked.Contains).Select(other => (user, other)));
            }
        }

        return hiding is null && blocks is null ? None : Of(hiding ?? [], blocks ?? []);
    }

    /// <summary>The user switched read receipts off.</summary>
    public bool HidesReads(UserId user) => _isSilent || _hiding.Contains(user);

    /// <summary>Those between whom and the user there is a block.</summary>
    public IReadOnlyCollection<UserId> Apart(UserId user) => _apart.TryGetValue(user, out var others) ? others : [];

    /// <summary>What this user is told depends on nothing of their own.</summary>
    public bool IsPlain(UserId user) => !HidesReads(user) && !_apart.ContainsKey(user);

    /// <summary>How far the messages got with one is told to the other.</summary>
    public bool TellsDelivered(UserId of, UserId to) =>
        of == to || (!_isSilent && !(_apart.TryGetValue(to, out var others) && others.Contains(of)));

    /// <summary>How far one has read is told to the other.</summary>
    public bool TellsRead(UserId of, UserId to) =>
        of == to || (TellsDelivered(of, to) && !HidesReads(of) && !HidesReads(to));

    private static void Add(Dictionary<UserId, HashSet<UserId>> apart, UserId one, UserId other)
    {
        if (!apart.TryGetValue(one, out var others))
        {
            apart.Add(one, others = []);
        }

        others.Add(other);
    }
}
