using Connect.Contracts.Accounts;
using Connect.Contracts.Caching;
using Connect.Contracts.Identifiers;
using Microsoft.Extensions.Options;

namespace Connect.Accounts.Identity;

/// <summary>
/// Whether logins are in force. The rows of account and device are the truth, for all nodes and over restarts; what
/// was read is remembered for <see cref="IdentityOptions.LoginMemory"/>, so that requests do not each cost a read. A
/// node that ends a login forgets at once (<see cref="Forget"/>); one that is not told notices that much later.
/// </summary>
public sealed class LoginStateCache(IUserStore users, IOptions<IdentityOptions> options, TimeProvider time)
{
    private const int Slots = 4096;

    private readonly BoundedCache<(UserId, DeviceId), Remembered> _known = new(options.Value.RememberedTokens);

    // A slot rises whenever a user in it is forgotten. What was read before counts no more, and neither does what was
    // being read meanwhile; a user who shares the slot is only read again.
    private readonly long[] _forgotten = new long[Slots];

    /// <summary>What a token is worth now, by memory or by the store.</summary>
    public ValueTask<AccessTokenStatus> CheckAsync(AccessTokenResult token)
    {
        var found = _known.TryGet((token.User, token.Device), out var known);
        return
            found
            && known.Slot == Volatile.Read(ref SlotOf(token.User))
            && time.GetElapsedTime(known.ReadAt) < options.Value.LoginMemory
            ? new(known.Facts.Judge(token))
            : ReadAsync(token);
    }

    /// <summary>What a token is worth, by the store.</summary>
    public async ValueTask<AccessTokenStatus> ReadAsync(AccessTokenResult token)
    {
        var slot = Volatile.Read(ref SlotOf(token.User));
        var readAt = time.GetTimestamp();
        var account = await users.GetAsync(token.User, CancellationToken.None);
        var device = token.Device.IsNone
            ? null
            : await users.GetDeviceAsync(token.User, token.Device, CancellationToken.None);
        var facts = LoginSnapshot.From(account, device);
        _known.Set((token.User, token.Device), new(facts, slot, readAt));
        return facts.Judge(token);
    }

    /// <summary>Something of this user's logins changed: to be called when it is durable.</summary>
    public void Forget(UserId user) => Interlocked.Increment(ref SlotOf(user));

    private ref long SlotOf(UserId user) => ref _forgotten[(uint)user.GetHashCode() % Slots];

    private readonly record struct Remembered(LoginSnapshot Facts, long Slot, long ReadAt);
}
