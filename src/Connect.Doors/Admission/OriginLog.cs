using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Connect.Doors.Admission;

/// <summary>
/// Says which web pages are refused a socket: as a rule a proxy changed the <c>Host</c>, and nothing else would tell.
/// At most a line a minute, since anybody can cause it.
/// </summary>
public sealed class OriginLog(TimeProvider time, ILogger<OriginLog> log)
{
    private const int Characters = 200;
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private long? _toldAt;

    public void Refused(HttpRequest request)
    {
        lock (_gate)
        {
            if (_toldAt is { } last && time.GetElapsedTime(last) < Pause)
            {
                return;
            }

            _toldAt = time.GetTimestamp();
        }

        AdmissionLog.OriginRefused(log, Cut(request.Headers.Origin.ToString()), Cut(request.Host.Value ?? ""));
    }

    /// <summary>Clients wrote it: no more than its beginning, and nothing that could pass for another line.</summary>
    private static string Cut(string text) =>
        string.Concat(text.Take(Characters).Select(each => each is > ' ' and <= '~' ? each : '?'));
}

/// <summary>Log events of admission.</summary>
internal static partial class AdmissionLog
{
    [LoggerMessage(
        1200,
        LogLevel.Warning,
        "A socket was refused to a page of the origin {Origin}: the request names the host {Host}. A proxy must pass "
            + "Host on as the browser sent it; pages from elsewhere need Gateway:AllowedOrigins",
        EventName = "OriginRefused"
    )]
    public static partial void OriginRefused(ILogger logger, string origin, string host);
}
