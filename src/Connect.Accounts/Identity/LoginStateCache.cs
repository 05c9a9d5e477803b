using Connect.Contracts.Accounts;
using Connect.Contracts.Caching;
using Connect.Contracts.Identifiers;
using Microsoft.Extensions.Options;

namespace Connect.Accounts.Identity;

/// <summary>
/// Caches whether logins are in force. The rows of account and device are the truth; what was read is trusted for
/// <see cref="IdentityOptions.LoginMemory"/>, so that not every request costs a read. The node that revokes a login
/// forgets it at once (<see cref="Forget"/>); one that misses the revocation notices when its entry expires.
/// </summary>
public sealed class LoginStateCache(IUserStore users, IOptions<IdentityOptions> options, TimeProvider time)
{
    private const int Slots = 4096;

    private readonly BoundedCache<(UserId, DeviceId), Remembered> _known = new(options.Value.RememberedTokens);

    // Forgetting a user increments their slot, which invalidates entries read before and reads still in flight. Users
    // who share the slot are merely read again.
    private readonly long[] _forgotten = new long[Slots];

    /// <summary>
    /// Checks a token's login, from the cache where possible. The cache only ever says yes: a login that began after
    /// the entry was read, perhaps on another node, must not be refused by it.
    /// </summary>
    public ValueTask<AccessTokenStatus> CheckAsync(AccessTokenResult token)
    {
        var found = _known.TryGet((token.User, token.Device), out var known);
        return
            found
            && known.Slot == Volatile.Read(ref SlotOf(token.User))
            && time.GetElapsedTime(known.ReadAt) < options.Value.LoginMemory
            && known.Facts.Judge(token) == AccessTokenStatus.Valid
            ? new(AccessTokenStatus.Valid)
            : ReadAsync(token);
    }

    /// <summary>Checks a token's login in the store.</summary>
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

    /// <summary>Invalidates a user's entries; call once a change of their logins is durable.</summary>
    public void Forget(UserId user) => Interlocked.Increment(ref SlotOf(user));

    private ref long SlotOf(UserId user) => ref _forgotten[(uint)user.GetHashCode() % Slots];

    private readonly record struct Remembered(LoginSnapshot Facts, long Slot, long ReadAt);
}

/// <summary>A login as stored, and the rule for whether its tokens are in force. Pure.</summary>
/// <param name="MayLogIn">The account exists and is not disabled.</param>
/// <param name="TokensFrom">See <see cref="Account.TokensFrom"/>.</param>
/// <param name="Login">The device's login; none when it is logged out or does not exist.</param>
internal readonly record struct LoginSnapshot(bool MayLogIn, long TokensFrom, UInt128 Login)
{
    public static LoginSnapshot From(Account? account, Device? device) =>
        new(account is { Disabled: false }, account?.TokensFrom ?? 0, LoginId.Of(device?.Refresh));

    public AccessTokenStatus Judge(AccessTokenResult token)
    {
        if (!MayLogIn)
        {
            return AccessTokenStatus.AccountDisabled;
        }

        var isInForce = token.Login == 0 ? token.IssuedAt >= TokensFrom : token.Login == Login;
        return isInForce ? AccessTokenStatus.Valid : AccessTokenStatus.Unauthenticated;
    }
}
