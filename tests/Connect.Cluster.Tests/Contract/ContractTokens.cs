using Connect.Client;

namespace Connect.Cluster.Tests.Contract;

/// <summary>The tokens of a device in a scenario, which can be made to fail.</summary>
/// <param name="login">Where they come from; goes with it.</param>
internal sealed class ContractTokens(ITokenSource login) : ITokenSource, IAsyncDisposable
{
    private static readonly TimeSpan Past = TimeSpan.FromSeconds(1);

    private long _firstEnd = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();
    private int _refused;
    private volatile bool _isRefused;

    /// <summary>The first token that was given has ended a second ago.</summary>
    public bool IsOutlived =>
        (TimeProvider.System.GetUtcNow() - Past).ToUnixTimeMilliseconds() >= Volatile.Read(ref _firstEnd);

    /// <summary>How many were given that are none.</summary>
    public int Refused => Volatile.Read(ref _refused);

    /// <summary>Those given from now on are none.</summary>
    public bool IsRefused
    {
        set => _isRefused = value;
    }

    public async ValueTask<AccessToken> GetTokenAsync(bool renew, CancellationToken cancellationToken)
    {
        if (_isRefused)
        {
            Interlocked.Increment(ref _refused);
            return new AccessToken("no token");
        }

        var token = await login.GetTokenAsync(renew, cancellationToken);
        var unknown = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();
        Interlocked.CompareExchange(ref _firstEnd, token.ExpiresAt?.ToUnixTimeMilliseconds() ?? unknown, unknown);
        return token;
    }

    public ValueTask DisposeAsync()
    {
        (login as IDisposable)?.Dispose();
        return ValueTask.CompletedTask;
    }
}
