using System.Net.Http.Json;
using Connect.Cluster.Tests.Clients;
using Connect.Cluster.Tests.Processes;
using Xunit;

namespace Connect.Cluster.Tests.Metrics;

/// <summary>What a collector is sent by a running server.</summary>
public sealed class MetricsExportTests
{
    private const string Interval = "--Metrics:Interval=00:00:00.2";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_collector_that_is_named_gets_the_figures_and_nobodys_name(bool byTheEnvironment)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(60));
        await using var collector = await Collector.StartAsync(deadline.Token);
        await using var server = byTheEnvironment
            ? await ServerProcess.StartProgramAsync(
                ServerProcess.Program,
                new Dictionary<string, string>
                {
                    ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address,
                    ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
                },
                deadline.Token,
                Interval
            )
            : await ServerProcess.StartAsync(
                deadline.Token,
                $"--Metrics:Endpoint={collector.Address}/v1/metrics",
                Interval
            );
        using var client = server.CreateClient();
        var ann = await TestUser.CreateAsync(client, "annabellina", deadline.Token);
        var bob = await TestUser.CreateAsync(client, "bobertinho", deadline.Token);
        var socket = await RawSocket.OpenAsync(server, deadline.Token);
        await using (socket)
        {
            await SendAsync(client, ann, bob, deadline.Token);
            await collector.NamesAsync(
                deadline.Token,
                "connect.connections.active",
                "connect.messages.accepted",
                "connect.send.duration",
                "kestrel.active_connections",
                "dotnet.gc.collections",
                "orleans-"
            );
        }

        await collector.NamesAsync(deadline.Token, "connect.sessions.closed");
        var received = collector.Received;
        foreach (var secret in new[] { ann.Id, bob.Id, "annabellina", "bobertinho", "a text like no other" })
        {
            Assert.DoesNotContain(secret, received, StringComparison.Ordinal);
        }

        Assert.Equal(0, await server.StopAsync(deadline.Token));
    }

    [Fact]
    public async Task A_collector_that_is_away_disturbs_nobody()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var server = await ServerProcess.StartInMemoryAsync(
            cancellation,
            "--Metrics:Endpoint=http://127.0.0.1:9/v1/metrics",
            Interval
        );
        using var client = server.CreateClient();
        var ann = await TestUser.CreateAsync(client, "annabellina", cancellation);
        var bob = await TestUser.CreateAsync(client, "bobertinho", cancellation);
        await SendAsync(client, ann, bob, cancellation);
        Assert.Equal("ready\n", await client.GetStringAsync("/healthz/ready", cancellation));
        Assert.Equal(0, await server.StopAsync(cancellation));
    }

    private static async Task SendAsync(HttpClient client, TestUser from, TestUser to, CancellationToken cancellation)
    {
        using var find = from.Request(HttpMethod.Get, "/v1/users?username=bobertinho");
        using var found = await client.SendAsync(find, cancellation);
        var direct = (await found.Content.ReadFromJsonAsync<System.Text.Json.JsonElement>(cancellation))
            .GetProperty("direct")
            .GetString();
        using var send = from.Request(
            HttpMethod.Post,
            $"/v1/conversations/{direct}/messages",
            new { text = "a text like no other", to = to.Id }
        );
        send.Headers.Add("Idempotency-Key", Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString());
        using var sent = await client.SendAsync(send, cancellation);
        Assert.True(sent.IsSuccessStatusCode, await sent.Content.ReadAsStringAsync(cancellation));
    }
}
