using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace Connect.Accounts.Identity;

/// <summary>
/// The external issuer's keys by id. They are fetched on first use, when they are old, and when a token names an
/// unknown key, but at most once per <see cref="ExternalOptions.KeysPause"/>: forged tokens cannot make this server
/// flood the issuer. While the issuer is down, the cached keys stay in use.
/// </summary>
internal sealed class IssuerKeys(
    IssuerDocuments documents,
    IOptions<IdentityOptions> options,
    TimeProvider time,
    ILogger<IssuerKeys> log
)
{
    private readonly ExternalOptions _options = options.Value.External;
    private readonly Lock _gate = new();
    private volatile IReadOnlyDictionary<string, SecurityKey>? _keys;
    private long _readAt;
    private long _triedAt;
    private Task _reading = Task.CompletedTask;
    private bool _hasTried;

    /// <summary>Returns the key; null when the issuer has none of this id.</summary>
    /// <exception cref="IssuerUnreachableException">The keys have never been fetched.</exception>
    public async ValueTask<SecurityKey?> FindAsync(string keyId)
    {
        if (_keys?.GetValueOrDefault(keyId) is { } known)
        {
            if (time.GetElapsedTime(Volatile.Read(ref _readAt)) >= _options.KeysLife)
            {
                // In the background: the cached keys hold until the issuer says otherwise.
                _ = ReadAsync();
            }

            return known;
        }

        await ReadAsync();
        return _keys is { } keys ? keys.GetValueOrDefault(keyId) : throw new IssuerUnreachableException();
    }

    /// <summary>Fetches the keys unless it is too soon; concurrent callers share one fetch.</summary>
    private Task ReadAsync()
    {
        lock (_gate)
        {
            if (_reading.IsCompleted && (!_hasTried || time.GetElapsedTime(_triedAt) >= _options.KeysPause))
            {
                (_hasTried, _triedAt) = (true, time.GetTimestamp());
                _reading = ReadNowAsync();
            }

            return _reading;
        }
    }

    private async Task ReadNowAsync()
    {
        using var deadline = new CancellationTokenSource(_options.KeysDeadline, time);
        try
        {
            _keys = await documents.ReadKeysAsync(_options, deadline.Token);
            Volatile.Write(ref _readAt, time.GetTimestamp());
        }
        catch (Exception exception)
            when (exception is HttpRequestException or InvalidDataException or OperationCanceledException)
        {
            log.IssuerKeysNotRead(exception);
        }
    }
}

/// <summary>
/// The external issuer's keys have never been fetched, so its tokens cannot be validated yet. Retryable.
/// </summary>
public sealed class IssuerUnreachableException() : Exception("The keys of the outside issuer are not known yet.");
