namespace Connect.Client.Connections;

/// <summary>
/// How long to wait before the next attempt: full jitter, doubling from 0.5 s up to 30 s, for ever. Many clients that
/// lost their server at one moment so come back spread out.
/// </summary>
internal sealed class ReconnectPolicy(Random random)
{
    private int _failures;

    /// <summary>The wait before the next attempt.</summary>
    public TimeSpan Next()
    {
        var bound = ProtocolLimits.ReconnectBase * Math.Pow(2, Math.Min(_failures, 10));
        _failures++;
        return random.NextDouble() * (bound < ProtocolLimits.ReconnectCap ? bound : ProtocolLimits.ReconnectCap);
    }

    /// <summary>The wait the server asks for, with its own jitter on top.</summary>
    public TimeSpan Told(TimeSpan after, TimeSpan jitter) => after + (random.NextDouble() * jitter);

    /// <summary>A connection came to life: the next loss starts from the beginning.</summary>
    public void Reset() => _failures = 0;
}
