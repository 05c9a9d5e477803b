using System.Collections.Immutable;
using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Accounts;

/// <summary>
/// Who sees whose marks among some users: a block by either side hides all marks between the two; users who switched
/// read receipts off neither send nor get them. Users always see their own marks.
/// </summary>
public sealed class ReceiptPrivacy
{
    /// <summary>Everybody sees everything.</summary>
    public static readonly ReceiptPrivacy None = new([], [], isSilent: false);

    /// <summary>Nobody sees anything of others: what they hide is unknown.</summary>
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

    /// <summary>The most blocks that involve any one of the users.</summary>
    public int MostApart => _apart.Count == 0 ? 0 : _apart.Values.Max(each => each.Count);

    /// <summary>From what is known of each user; for tests, and for <see cref="ReadAsync"/>.</summary>
    /// <param name="hiding">Users who switched read receipts off.</param>
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

    /// <summary>For these users, from the cache where possible.</summary>
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

            var blocked = await relations.FindBlockedAmongAsync(user, users, cancellationToken);
            if (!blocked.IsEmpty)
            {
                (blocks ??= []).AddRange(users.Where(blocked.Contains).Select(other => (user, other)));
            }
        }

        return hiding is null && blocks is null ? None : Of(hiding ?? [], blocks ?? []);
    }

    /// <summary>The user switched read receipts off.</summary>
    public bool HidesReads(UserId user) => _isSilent || _hiding.Contains(user);

    /// <summary>The users with a block between them and this one.</summary>
    public IReadOnlyCollection<UserId> Apart(UserId user) => _apart.TryGetValue(user, out var others) ? others : [];

    /// <summary>Nothing of their own limits what this user sees.</summary>
    public bool IsPlain(UserId user) => !HidesReads(user) && !_apart.ContainsKey(user);

    /// <summary>Whether <paramref name="to"/> sees what was delivered to <paramref name="of"/>.</summary>
    public bool TellsDelivered(UserId of, UserId to) =>
        of == to || (!_isSilent && !(_apart.TryGetValue(to, out var others) && others.Contains(of)));

    /// <summary>Whether <paramref name="to"/> sees what <paramref name="of"/> has read.</summary>
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
