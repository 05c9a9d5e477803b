namespace Connect.Client.Outbox;

/// <summary>
/// Makes cids: UUIDv7 (RFC 9562) whose time is the server's, as far as this device knows it. The server refuses an
/// unknown cid whose time is far off, so the device's own clock is not trusted.
/// </summary>
internal sealed class CidClock
{
    /// <summary>How far the server's clock is ahead of this device's; zero until it is known.</summary>
    public TimeSpan Offset { get; private set; }

    /// <summary>The server stated its time.</summary>
    public void Learn(DateTimeOffset server, DateTimeOffset device) => Offset = server - device;

    /// <summary>A new cid.</summary>
    public string Next(DateTimeOffset device) => Guid.CreateVersion7(ServerTime(device)).ToString("D");

    /// <summary>Whether a cid that was never transmitted is too far off to be used.</summary>
    public bool IsFarOff(string cid, DateTimeOffset device) =>
        (TimeOf(cid) - ServerTime(device)).Duration() > ProtocolLimits.CidMaxDrift;

    /// <summary>The server's time.</summary>
    public DateTimeOffset ServerTime(DateTimeOffset device) => device + Offset;

    private static DateTimeOffset TimeOf(string cid)
    {
        Span<byte> bytes = stackalloc byte[16];
        Guid.ParseExact(cid, "D").TryWriteBytes(bytes, bigEndian: true, out _);
        long milliseconds = 0;
        foreach (var each in bytes[..6])
        {
            milliseconds = (milliseconds << 8) | each;
        }

        return DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
    }
}
