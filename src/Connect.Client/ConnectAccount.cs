using Connect.Client.Connections;
using Connect.Client.Http;
using Connect.Client.Stores;

namespace Connect.Client;

/// <summary>
/// A logged-in device: it gets access tokens with a refresh token that it keeps in the store of its options. Set it as
/// <see cref="ConnectOptions.TokenSource"/>, and dispose it after the client. All members may be used from any thread.
/// </summary>
public sealed partial class ConnectAccount : ITokenSource, IDisposable
{
    /// <summary>A token is renewed when less than this is left of it, so that it lasts for a connection.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(90);

    private readonly IConnectStore _store;
    private readonly TimeProvider _timeProvider;
    private readonly AccountApi _api;
    private readonly SocketsHttpHandler? _ownHandler;
    private readonly SemaphoreSlim _oneAtATime = new(1);
    private string _refreshToken = "";
    private AccessToken _access;
    private long _takenAt;
    private TimeSpan _lifetime;
    private DateTimeOffset _goodUntil;

    private ConnectAccount(ConnectOptions options)
    {
        _store = options.Store ?? new MemoryConnectStore();
        _timeProvider = options.TimeProvider;
        _ownHandler = options.HttpHandler is null ? ServerTrust.CreateHandler(options.TrustedCertificates) : null;
        var invoker = new HttpMessageInvoker(options.HttpHandler ?? _ownHandler!, disposeHandler: false);
        _api = new(invoker, options.Url, _timeProvider);
    }

    /// <summary>The user's id.</summary>
    public string User { get; private set; } = "";

    /// <summary>The name used to log in.</summary>
    public string Username { get; private set; } = "";

    /// <summary>This device's id.</summary>
    public string Device { get; private set; } = "";

    /// <summary>Creates an account, without logging in.</summary>
    /// <exception cref="ConnectException">The name is taken (conflict) or not allowed (invalid), or no
    /// server.</exception>
    public static async Task RegisterAsync(
        ConnectOptions options,
        string username,
        string password,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        using var account = new ConnectAccount(options);
        await account._api.RegisterAsync(username, password, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Logs in. The store then belongs to this user; a store that already has a device keeps it.
    /// </summary>
    /// <exception cref="ConnectException">
    /// Name or password is wrong (unauthenticated), the store is another user's (forbidden), or no server.
    /// </exception>
    public static async Task<ConnectAccount> LoginAsync(
        ConnectOptions options,
        string username,
        string password,
        string? deviceName = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        var account = new ConnectAccount(options);
        try
        {
            var stored = (await account._store.LoadAsync(cancellationToken).ConfigureAwait(false)).Account;
            var device = options.DeviceId ?? (stored.Device.Length > 0 ? stored.Device : null);
            var grant = new TokenBody("password", username, password, deviceName, device);
            var answer = await account._api.GetTokensAsync(grant, cancellationToken).ConfigureAwait(false);
            if (stored.User.Length > 0 && stored.User != answer.User)
            {
                throw new ConnectException(ErrorCode.Forbidden, "The store belongs to another user.");
            }

            account.Username = username;
            await account.TakeAsync(answer).ConfigureAwait(false);
            return account;
        }
        catch
        {
            account.Dispose();
            throw;
        }
    }

    /// <summary>The account that the store remembers; null if a login is needed first.</summary>
    public static async Task<ConnectAccount?> OpenAsync(
        ConnectOptions options,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        var account = new ConnectAccount(options);
        var stored = await account._store.LoadAsync(cancellationToken).ConfigureAwait(false);
        if (stored.RefreshToken.Length == 0)
        {
            account.Dispose();
            return null;
        }

        account._refreshToken = stored.RefreshToken;
        account.User = stored.Account.User;
        account.Username = stored.Account.Username;
        account.Device = stored.Account.Device;
        return account;
    }

    /// <summary>Ends the login on the server and forgets it here; the next connection needs a new login.</summary>
    /// <exception cref="ConnectException">
    /// The server could not be told, so the login is in force: it is kept here, to be ended by another call.
    /// </exception>
    public Task LogoutAsync(CancellationToken cancellationToken = default) => LogoutAsync(false, cancellationToken);

    /// <summary>As <see cref="LogoutAsync(CancellationToken)"/>, optionally for all devices of the user.</summary>
    /// <exception cref="ConnectException">
    /// The server could not be told, so the login is in force: it is kept here, to be ended by another call.
    /// </exception>
    public async Task LogoutAsync(bool everywhere, CancellationToken cancellationToken = default)
    {
        try
        {
            await CallAsync(token => _api.EndTokensAsync(token, everywhere, cancellationToken), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (ConnectException error) when (error.Code == ErrorCode.Unauthenticated)
        {
            // It had ended before.
        }

        // Only now: without the refresh token nothing here could end a login that is in force.
        await ForgetAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<AccessToken> GetTokenAsync(bool renew, CancellationToken cancellationToken)
    {
        await _oneAtATime.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!renew && _access.Value is not null && Left > Margin)
            {
                return _access;
            }

            if (_refreshToken.Length == 0)
            {
                throw new ConnectException(ErrorCode.Unauthenticated, "This device is not logged in.");
            }

            // Not cancelled once begun: the server may have rotated the token, and the answer has the new one.
            var answer = await _api.GetTokensAsync(
                    new TokenBody("refresh", RefreshToken: _refreshToken),
                    CancellationToken.None
                )
                .ConfigureAwait(false);
            await TakeAsync(answer).ConfigureAwait(false);
            return _access;
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>Ends the account's connections; the login stays in the store.</summary>
    public void Dispose()
    {
        _ownHandler?.Dispose();
        _oneAtATime.Dispose();
    }

    /// <summary>
    /// What is left of the access token. Neither clock alone: the steady one may stand still while the device sleeps,
    /// the other may be set back.
    /// </summary>
    private TimeSpan Left
    {
        get
        {
            var steady = _lifetime - _timeProvider.GetElapsedTime(_takenAt);
            var told = _goodUntil - _timeProvider.GetUtcNow();
            return steady < told ? steady : told;
        }
    }

    /// <summary>
    /// Asks the server with the access token. One that has ended all the same is renewed, once: a server that stood
    /// still, or a clock that was set, makes it end sooner than it seems.
    /// </summary>
    private async Task<T> CallAsync<T>(Func<string, Task<T>> call, CancellationToken cancellationToken)
    {
        var token = await GetTokenAsync(renew: false, cancellationToken).ConfigureAwait(false);
        try
        {
            return await call(token.Value).ConfigureAwait(false);
        }
        catch (ConnectException error) when (error.Code == ErrorCode.TokenExpired)
        {
            token = await GetTokenAsync(renew: true, cancellationToken).ConfigureAwait(false);
            return await call(token.Value).ConfigureAwait(false);
        }
    }

    private async Task CallAsync(Func<string, Task> call, CancellationToken cancellationToken) =>
        await CallAsync(
                async token =>
                {
                    await call(token).ConfigureAwait(false);
                    return true;
                },
                cancellationToken
            )
            .ConfigureAwait(false);

    private async Task ForgetAsync()
    {
        await _oneAtATime.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            _refreshToken = "";
            _access = default;
            var batch = new StoreBatch { RefreshToken = "" };
            await _store.SaveAsync(batch, durable: true, CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    private async Task TakeAsync(TokenAnswer answer)
    {
        User = answer.User;
        Device = answer.Device;
        var batch = new StoreBatch { Account = new(User, Username, Device), RefreshToken = answer.RefreshToken };
        // Remembered before its first use: with the first use the server forgets the one before it.
        await _store.SaveAsync(batch, durable: true, CancellationToken.None).ConfigureAwait(false);
        _refreshToken = answer.RefreshToken;
        var expiresAt = DateTimeOffset.FromUnixTimeMilliseconds(answer.ExpiresAt);
        _access = new(answer.AccessToken, expiresAt);
        // By the server's clock alone, and counted from here on: this device's may be wrong.
        var now = _timeProvider.GetUtcNow();
        _lifetime = expiresAt - (answer.Served ?? now);
        _goodUntil = now + _lifetime;
        _takenAt = _timeProvider.GetTimestamp();
    }
}
