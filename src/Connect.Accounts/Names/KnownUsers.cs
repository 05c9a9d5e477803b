using System.Collections.Concurrent;
using Connect.Accounts.Identity;
using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;
using Microsoft.Extensions.Options;

namespace Connect.Accounts.Names;

/// <summary>
/// Caches the names of existing users, so that not every send asks the store. Only existing users are cached: one
/// created a moment ago is found.
/// </summary>
public sealed class KnownUsers(IUserStore users, IOptions<NameOptions> options) : IUserNames, ILoginRevocationListener
{
    private const int Slots = 1024;

    private readonly ConcurrentDictionary<UserId, string> _known = new();
    private readonly ConcurrentQueue<UserId> _order = new();

    // Forgetting a user raises the number of their slot, by which a read that began before notices.
    private readonly long[] _forgotten = new long[Slots];

    /// <inheritdoc/>
    public ValueTask<string?> FindNameAsync(UserId user) =>
        _known.TryGetValue(user, out var name) ? ValueTask.FromResult<string?>(name) : AskAsync(user);

    /// <summary>Forgets a user, who may be on the way to deletion.</summary>
    public ValueTask LoginRevokedAsync(LoginRevocation revocation)
    {
        // In this order, and the other way round below: one of the two removes what a read puts in meanwhile.
        Interlocked.Increment(ref SlotOf(revocation.User));
        _known.TryRemove(revocation.User, out _);
        return ValueTask.CompletedTask;
    }

    private async ValueTask<string?> AskAsync(UserId user)
    {
        var slot = Volatile.Read(ref SlotOf(user));
        var account = await users.GetAsync(user, CancellationToken.None);
        if (account is null or { DeletingSince: > 0 })
        {
            return null;
        }

        if (_known.TryAdd(user, account.Username))
        {
            _order.Enqueue(user);
            Trim();
            if (Volatile.Read(ref SlotOf(user)) != slot)
            {
                _known.TryRemove(user, out _);
            }
        }

        return account.Username;
    }

    private ref long SlotOf(UserId user) => ref _forgotten[(uint)user.GetHashCode() % Slots];

    private void Trim()
    {
        if (_order.Count <= options.Value.KnownUsers)
        {
            return;
        }

        for (var left = options.Value.KnownUsers / 2; left > 0 && _order.TryDequeue(out var oldest); left--)
        {
            _known.TryRemove(oldest, out _);
        }
    }
}
