using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace Connect.Accounts.Identity;

/// <summary>
/// The keys of the outside issuer, by their ids. They are read when first needed, again when they are old, and when a
/// token names one that is not known, but never more often than <see cref="ExternalOptions.KeysPause"/>: strangers
/// cannot make this server ask for every token they invent. While the issuer is down the last ones serve.
/// </summary>
public sealed class IssuerKeys(
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

    /// <summary>Null when the issuer has no such key.</summary>
    /// <exception cref="IssuerUnreachableException">Its keys could not be read so far.</exception>
    public async ValueTask<SecurityKey?> FindAsync(string keyId)
    {
        if (_keys?.GetValueOrDefault(keyId) is { } known)
        {
            if (time.GetElapsedTime(Volatile.Read(ref _readAt)) >= _options.KeysLife)
            {
                // Nobody waits for it: what is known is good until the issuer says otherwise.
                _ = ReadAsync();
            }

            return known;
        }

        await ReadAsync();
        return _keys is { } keys ? keys.GetValueOrDefault(keyId) : throw new IssuerUnreachableException();
    }

    /// <summary>Reads the keys if it may be done now; those who come meanwhile share the read.</summary>
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
