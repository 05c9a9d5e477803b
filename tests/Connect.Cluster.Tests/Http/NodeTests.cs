using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using Connect.Cluster.Tests.Processes;
using Xunit;

namespace Connect.Cluster.Tests.Http;

public sealed class NodeTests
{
    [Fact]
    public async Task What_was_acknowledged_is_there_after_a_kill_and_readable_nowhere()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var server = await ServerProcess.StartAsync(cancellation);
        TestUser ann;
        string direct;
        using (var client = server.CreateClient())
        {
            ann = await TestUser.CreateAsync(client, "annabellina", cancellation);
            var bob = await TestUser.CreateAsync(client, "bobertinho", cancellation);
            var found = await SendAsync(client, ann.Request(HttpMethod.Get, "/v1/users?username=bobertinho"));
            direct = found.GetProperty("direct").GetString()!;
            var request = ann.Request(
                HttpMethod.Post,
                $"/v1/conversations/{direct}/messages",
                new { text = "a text like no other", to = bob.Id }
            );
            request.Headers.Add("Idempotency-Key", Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString());
            Assert.Equal(1, (await SendAsync(client, request)).GetProperty("seq").GetInt64());
        }

        await server.KillAsync(cancellation);
        await server.RestartAsync(cancellation);
        using (var client = server.CreateClient())
        {
            // Also the token: the key that signed it is in the key file.
            var page = await SendAsync(client, ann.Request(HttpMethod.Get, $"/v1/conversations/{direct}/entries"));
            Assert.Equal("a text like no other", page.GetProperty("entries")[0].GetProperty("text").GetString());
        }

        Assert.Equal(0, await server.StopAsync(cancellation));
        foreach (
            var secret in new[]
            {
                "a text like no other",
                "annabellina",
                "bobertinho",
                ann.AccessToken,
                TestUser.Password,
            }
        )
        {
            Assert.Empty(FilesWith(server.Folder, secret));
        }
    }

    [Fact]
    public async Task Too_large_a_body_is_refused()
    {
        await using var server = await ServerProcess.StartInMemoryAsync(TestContext.Current.CancellationToken);
        foreach (var version in new[] { HttpVersion.Version11, HttpVersion.Version20 })
        {
            using var client = server.CreateClient(version);
            using var body = new StringContent(
                $$"""{"username":"{{new string('x', 66_000)}}"}""",
                Encoding.UTF8,
                "application/json"
            );
            using var answer = await client.PostAsync("/v1/accounts", body, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.ToString());
        }
    }

    [Fact]
    public async Task Told_to_stop_it_stops_in_order()
    {
        await using var server = await ServerProcess.StartInMemoryAsync(TestContext.Current.CancellationToken);
        using var client = server.CreateClient();
        Assert.Equal("live\n", await client.GetStringAsync("/healthz/live", TestContext.Current.CancellationToken));
        Assert.Equal("ready\n", await client.GetStringAsync("/healthz/ready", TestContext.Current.CancellationToken));
        Assert.Equal(0, await server.StopAsync(TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<HttpRequestException>(() =>
            client.GetStringAsync("/healthz/live", TestContext.Current.CancellationToken)
        );
    }

    [Fact]
    public async Task Several_servers_run_side_by_side()
    {
        await using var one = await ServerProcess.StartInMemoryAsync(TestContext.Current.CancellationToken);
        await using var other = await ServerProcess.StartInMemoryAsync(TestContext.Current.CancellationToken);
        Assert.NotEqual(one.Url, other.Url);
    }

    [Fact]
    public async Task A_wrong_setting_is_named_and_nothing_starts()
    {
        using var process = Process.Start(
            new ProcessStartInfo(ServerProcess.Program, ["--Data=:memory:", "--Listen=http://127.0.0.1:0"])
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            }
        )!;
        var errors = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.StartsWith("Setting Listen: expected https://", errors, StringComparison.Ordinal);
        Assert.Equal(2, process.ExitCode);
    }

    private static async Task<JsonElement> SendAsync(HttpClient client, HttpRequestMessage request)
    {
        using (request)
        {
            using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
            var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.True(answer.IsSuccessStatusCode, text);
            return JsonDocument.Parse(text).RootElement;
        }
    }

    private static IEnumerable<string> FilesWith(string folder, string text) =>
        Directory
            .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(file => File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0);
}
