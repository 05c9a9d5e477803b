using System.Net.Http.Json;
using System.Text.Json;
using Connect.Cluster.Tests.Identity;
using Connect.Cluster.Tests.Processes;
using Xunit;

namespace Connect.Cluster.Tests.Faults;

/// <summary>A real server whose clock is set by an hour, forth and back, while it runs and while it does not.</summary>
public sealed class ClockTests(ITestOutputHelper output)
{
    private const int PerJump = 12;
    private const int Pings = 2;
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly List<(long Seq, long Time)> _sent = [];
    private int _request = 100;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Category", "Slow")]
    public async Task A_clock_that_jumps_an_hour_ends_just_what_its_token_ends_disorders_nothing_and_locks_nobody_out()
    {
        ProcessClock.SkipWithout();
        using var clock = new ProcessClock();
        await using var server = await ServerProcess.StartProgramAsync(
            ServerProcess.Program,
            clock.Environment(ProcessClock.Library),
            Cancellation,
            "--Gateway:PingInterval=00:00:01",
            "--Limits:LoginsPerAddress=20"
        );
        using var client = server.CreateClient();
        var anna = await TestUser.CreateAsync(client, "anna", Cancellation);
        var bert = await TestUser.CreateAsync(client, "bert", Cancellation);
        var socket = await OpenAsync(server, anna.AccessToken, anna.Device);
        await ChatAsync(socket, bert, "the true time");

        // An hour ago: what was issued a moment ago is of the future now, and still the session of its owner.
        clock.Set(-Hour);
        await AliveAsync(socket, client, server, -Hour);
        await ChatAsync(socket, bert, "an hour back");
        clock.Set(TimeSpan.Zero);
        await AliveAsync(socket, client, server, TimeSpan.Zero);
        await ChatAsync(socket, bert, "the true time again");

        // In an hour: the tokens of a quarter of an hour have ended, and nothing else has.
        clock.Set(Hour);
        Assert.Equal(4004, await socket.ClosedAsync(Cancellation));
        await socket.DisposeAsync();
        anna = await RefreshAsync(client, anna);
        socket = await OpenAsync(server, anna.AccessToken, anna.Device);
        await AliveAsync(socket, client, server, Hour);
        await ChatAsync(socket, bert, "an hour on");

        clock.Set(TimeSpan.Zero);
        await AliveAsync(socket, client, server, TimeSpan.Zero);
        await ChatAsync(socket, bert, "the true time at last");

        // Killed, and started an hour before what it wrote.
        await server.KillAsync(Cancellation);
        clock.Set(-Hour);
        await server.RestartAsync(Cancellation);
        await socket.DisposeAsync();
        using var again = server.CreateClient();
        anna = await RefreshAsync(again, anna);
        socket = await OpenAsync(server, anna.AccessToken, anna.Device);
        await ChatAsync(socket, bert, "an hour back after a kill");
        await AliveAsync(socket, again, server, -Hour);
        await socket.DisposeAsync();

        Assert.Equal(Enumerable.Range(1, _sent.Count).Select(seq => (long)seq), _sent.Select(each => each.Seq));
        Assert.Equal(_sent.Select(each => each.Time).Order(), _sent.Select(each => each.Time));
        Assert.Equal(_sent, await HistoryAsync(again, bert));
        await ManyLoginsAsync(again);
    }

    /// <summary>It is pinged, its clock is the one that was set, and somebody else can come in.</summary>
    private static async Task AliveAsync(TokenSocket socket, HttpClient client, ServerProcess server, TimeSpan jump)
    {
        for (var ping = 0; ping < Pings; ping++)
        {
            var sent = (await socket.NextAsync("ping", Cancellation))!.Value.GetProperty("time").GetInt64();
            await socket.SendAsync(new { pong = new { } }, Cancellation);
            if (ping == Pings - 1)
            {
                var expected = (TimeProvider.System.GetUtcNow() + jump).ToUnixTimeMilliseconds();
                Assert.True(
                    Math.Abs(sent - expected) < Hour.TotalMilliseconds / 4,
                    $"The server's clock did not jump by {jump}: {sent} instead of {expected}."
                );
            }
        }

        Assert.Null(socket.ClosedWith);
        var other = await TestUser.LoginAsync(client, "bert", TestUser.Password, Cancellation);
        await using var newcomer = await OpenAsync(server, other.AccessToken, other.Device);
    }

    private async Task ChatAsync(TokenSocket socket, TestUser to, string when)
    {
        for (var number = 0; number < PerJump; number++)
        {
            var cid = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString();
            var send = new
            {
                to = to.Id,
                cid,
                text = when,
            };
            await socket.SendAsync(new { id = ++_request, send }, Cancellation);
            var sent = (await socket.NextAsync("sent", Cancellation))!.Value;
            _sent.Add((sent.GetProperty("seq").GetInt64(), sent.GetProperty("time").GetInt64()));
        }

        output.WriteLine(
            $"{when}: seq {_sent[^1].Seq}, time {DateTimeOffset.FromUnixTimeMilliseconds(_sent[^1].Time):HH:mm:ss}"
        );
    }

    private static async Task<List<(long Seq, long Time)>> HistoryAsync(HttpClient client, TestUser bert)
    {
        bert = await TestUser.LoginAsync(client, bert.Username, TestUser.Password, Cancellation);
        var list = await GetAsync(client, bert, "/v1/conversations?limit=10");
        var id = list.GetProperty("items")[0].GetProperty("id").GetString();
        var page = await GetAsync(client, bert, $"/v1/conversations/{id}/entries?around=1&limit=200");
        return
        [
            .. page.GetProperty("entries")
                .EnumerateArray()
                .Select(each => (each.GetProperty("seq").GetInt64(), each.GetProperty("time").GetInt64())),
        ];
    }

    /// <summary>The bucket of logins filled by the jumps as time filled it, not by the hours of the clock.</summary>
    private static async Task ManyLoginsAsync(HttpClient client)
    {
        var answers = new List<int>();
        for (var i = 0; i < 40; i++)
        {
            using var answer = await client.PostAsJsonAsync(
                "/v1/tokens",
                new
                {
                    grant = "password",
                    username = "anna",
                    password = TestUser.Password,
                },
                Cancellation
            );
            answers.Add((int)answer.StatusCode);
        }

        Assert.Contains(200, answers);
        Assert.Contains(429, answers);
    }

    private static async Task<JsonElement> GetAsync(HttpClient client, TestUser user, string path)
    {
        using var answer = await client.SendAsync(user.Request(HttpMethod.Get, path), Cancellation);
        var text = await answer.Content.ReadAsStringAsync(Cancellation);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }

    private static async Task<TestUser> RefreshAsync(HttpClient client, TestUser user)
    {
        using var answer = await client.PostAsJsonAsync(
            "/v1/tokens",
            new { grant = "refresh", refresh_token = user.RefreshToken },
            Cancellation
        );
        var text = await answer.Content.ReadAsStringAsync(Cancellation);
        Assert.True(answer.IsSuccessStatusCode, text);
        var tokens = JsonDocument.Parse(text).RootElement;
        return user with
        {
            AccessToken = tokens.GetProperty("access_token").GetString()!,
            RefreshToken = tokens.GetProperty("refresh_token").GetString()!,
        };
    }

    private static async Task<TokenSocket> OpenAsync(ServerProcess server, string token, string device)
    {
        var socket = await TokenSocket.OpenAsync(server, token, device, Cancellation);
        Assert.NotNull(await socket.NextAsync("welcome", Cancellation));
        return socket;
    }
}
