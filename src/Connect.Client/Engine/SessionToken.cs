using Connect.Client.Connections;
using Connect.Client.Outbox;
using Wire = Connect.Protocol.V1;

namespace Connect.Client.Engine;

/// <summary>The access token of the session: renewed before it expires, and once when the server refuses it.</summary>
internal sealed class SessionToken(Round round, Requests requests, CidClock clock)
{
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(10);

    private bool _mustRenew;

    public string Value { get; set; } = "";

    /// <summary>When a new token is to be fetched; null while none is needed.</summary>
    public TimeSpan? DueAt { get; private set; }

    /// <summary>A new token has been tried since the last session: another refusal is final.</summary>
    public bool WasRenewed { get; private set; }

    /// <summary>The server accepted the token, or somebody asks to connect anew.</summary>
    public void Accepted() => WasRenewed = false;

    /// <summary>The next token must be another one.</summary>
    public void Renew() => _mustRenew = true;

    /// <summary>The server refused a request because of the token, in the middle of a session.</summary>
    public void Refused()
    {
        _mustRenew = true;
        DueAt = round.Now;
    }

    /// <summary>A new one is wanted now.</summary>
    public void Expiring() => DueAt = round.Now;

    public void Disconnected() => DueAt = null;

    /// <summary>A connection is opened, with a token fetched for it.</summary>
    public void Opening()
    {
        round.Effects.RenewToken = _mustRenew;
        WasRenewed |= _mustRenew;
        _mustRenew = false;
    }

    /// <summary>A token for the current session was fetched.</summary>
    public void Ready(string token)
    {
        if (!requests.IsOpen)
        {
            return;
        }

        Value = token;
        requests.Ask(
            new Wire.ClientFrame { Auth = new Wire.Auth { Token = token } },
            frame =>
            {
                if (frame.BodyCase == Wire.ServerFrame.BodyOneofCase.Ok)
                {
                    Plan(frame.Ok.ExpiresAt);
                }
                else
                {
                    _mustRenew = true;
                    DueAt = round.Now + RetryInterval;
                }
            }
        );
    }

    /// <summary>No token could be fetched. The session goes on as long as the old one lasts.</summary>
    public void Failed(ConnectException error) => DueAt = error.Retryable ? round.Now + RetryInterval : null;

    /// <summary>Plans the renewal of a token that expires then, by the server's clock; 0 = never.</summary>
    public void Plan(ulong expiresAt, ulong serverTime = 0)
    {
        if (expiresAt == 0)
        {
            DueAt = null;
            return;
        }

        var server = serverTime == 0 ? clock.ServerTime(round.Wall) : WireMapping.ToTime(serverTime);
        var left = WireMapping.ToTime(expiresAt) - server;
        DueAt = round.Now + (left > 2 * Margin ? left - Margin : left / 2);
    }

    public void Advance()
    {
        if (DueAt <= round.Now)
        {
            DueAt = null;
            round.Effects.FetchToken = true;
            round.Effects.RenewToken = _mustRenew;
            _mustRenew = false;
        }
    }
}
