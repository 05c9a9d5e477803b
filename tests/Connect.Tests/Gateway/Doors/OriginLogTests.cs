using Connect.Doors.Admission;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Connect.Tests.Gateway.Doors;

public sealed class OriginLogTests
{
    [Fact]
    public void A_refused_page_is_told_of_with_its_origin_and_the_host_at_most_once_a_minute()
    {
        var time = new FakeTimeProvider();
        var log = new FakeLogger<OriginLog>();
        var origins = new OriginLog(time, log);
        var request = new DefaultHttpContext().Request;
        request.Host = new("proxy.internal:8443");
        request.Headers.Origin = "https://chat.example";
        for (var i = 0; i < 10; i++)
        {
            origins.Refused(request);
        }

        var line = Assert.Single(log.Collector.GetSnapshot()).Message;
        Assert.Contains("https://chat.example", line, StringComparison.Ordinal);
        Assert.Contains("proxy.internal:8443", line, StringComparison.Ordinal);

        time.Advance(TimeSpan.FromMinutes(1));
        request.Headers.Origin = new string('x', 10_000);
        origins.Refused(request);
        Assert.InRange(log.LatestRecord.Message.Length, 200, 600);

        time.Advance(TimeSpan.FromMinutes(1));
        request.Headers.Origin = "https://x\u001b[2J\u0085 next";
        origins.Refused(request);
        Assert.Contains("https://x?[2J??next", log.LatestRecord.Message, StringComparison.Ordinal);
    }
}
