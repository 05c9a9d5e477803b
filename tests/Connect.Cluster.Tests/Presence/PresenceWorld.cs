using System.Diagnostics;
using System.Text.Json;
using Connect.Cluster.Tests.Clients;
using Connect.Cluster.Tests.Processes;
using Xunit;

namespace Connect.Cluster.Tests.Presence;

/// <summary>A real server, two users who are contacts, and a session of the first that watches the second.</summary>
internal sealed class PresenceWorld : IAsyncDisposable
{
    /// <summary>How much later than the documented delay a change may be told.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromMinutes(2));
    private readonly HttpClient _http;
    private RawSession? _viewer;
    private ulong _id = 100;

    private PresenceWorld(ServerProcess server) => (Server, _http) = (server, server.CreateClient());

    public ServerProcess Server { get; }

    public TestUser Anna { get; private set; } = null!;

    public TestUser Bert { get; private set; } = null!;

    public HttpClient Http => _http;

    public CancellationToken Deadline => _deadline.Token;

    public static async Task<PresenceWorld> StartAsync(params string[] settings)
    {
        var world = new PresenceWorld(await ServerProcess.StartAsync(TestContext.Current.CancellationToken, settings));
        world.Anna = await TestUser.CreateAsync(world._http, "anna", world.Deadline);
        world.Bert = await TestUser.CreateAsync(world._http, "bert", world.Deadline);
        await world.CallAsync(world.Anna, HttpMethod.Put, $"/v1/contacts/{world.Bert.Id}");
        await world.CallAsync(world.Bert, HttpMethod.Post, $"/v1/contacts/{world.Anna.Id}/accept");
        return world;
    }

    public Task<RawSession> OpenAsync(TestUser user) =>
        RawSession.OpenAsync(Server.Url, Server.CertificateFile, user.Username, TestUser.Password, Deadline);

    /// <summary>Connects the first user and watches the second, who must be as expected.</summary>
    public async Task WatchAsync(bool isOnline)
    {
        await WatchAsync();
        Assert.Equal(isOnline, await AskAsync(Bert.Id));
    }

    /// <summary>Connects the first user.</summary>
    public async Task WatchAsync()
    {
        if (_viewer is not null)
        {
            await _viewer.DisposeAsync();
        }

        _viewer = await OpenAsync(Anna);
    }

    /// <summary>What the answer to a <c>watch</c> says of a user.</summary>
    public async Task<bool> AskAsync(string user)
    {
        var id = ++_id;
        await _viewer!.SendAsync(new { id, watch = new { add = new[] { user } } }, Deadline);
        while (true)
        {
            var frame = await _viewer.ReadAsync(Deadline);
            if (frame.TryGetProperty("id", out var answered) && answered.GetUInt64() == id)
            {
                Assert.True(frame.TryGetProperty("presence", out var presence), frame.ToString());
                return IsOnline(Assert.Single(presence.GetProperty("users").EnumerateArray()));
            }
        }
    }

    public async Task<JsonElement> SendAsync(object frame)
    {
        await _viewer!.SendAsync(frame, Deadline);
        return await _viewer.ReadAsync(Deadline);
    }

    /// <summary>
    /// Does something to the second user and waits until the first is told of it: not before the delay, or so much
    /// early, and less than two seconds after it.
    /// </summary>
    public async Task ToldAsync(string what, bool isOnline, TimeSpan delay, Func<Task> deed, TimeSpan early = default)
    {
        var watch = Stopwatch.StartNew();
        await deed();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Deadline);
        limit.CancelAfter(delay + Slack + Slack);
        try
        {
            var presence = await _viewer!.ReadUntilAsync("presence", limit.Token);
            var user = Assert.Single(presence.GetProperty("users").EnumerateArray());
            Assert.Equal((Bert.Id, isOnline), (user.GetProperty("user").GetString(), IsOnline(user)));
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"{what}: not told within {delay + Slack + Slack}.");
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{what}: {(isOnline ? "online" : "offline")} told after {watch.Elapsed.TotalMilliseconds:F0} ms, "
                + $"documented delay {delay.TotalMilliseconds:F0} ms"
        );
        Assert.InRange(watch.Elapsed, delay - early, delay + Slack);
    }

    /// <summary>Waits until the first user is told that the second is away; that may be at once.</summary>
    public async Task ToldOfflineAsync(TimeSpan limit)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Deadline);
        deadline.CancelAfter(limit);
        try
        {
            var presence = await _viewer!.ReadUntilAsync("presence", deadline.Token);
            var user = Assert.Single(presence.GetProperty("users").EnumerateArray());
            Assert.Equal((Bert.Id, false), (user.GetProperty("user").GetString(), IsOnline(user)));
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"Not told within {limit}.");
        }
    }

    /// <summary>Nothing is told meanwhile.</summary>
    public async Task QuietAsync(TimeSpan time, string what)
    {
        // A reader that is cancelled cannot go on, so that a question ends the quiet instead.
        await Task.Delay(time, TimeProvider.System, Deadline);
        var id = ++_id;
        await _viewer!.SendAsync(new { id, watch = new { } }, Deadline);
        var frame = await _viewer.ReadAsync(Deadline);
        Assert.True(frame.TryGetProperty("id", out var answered) && answered.GetUInt64() == id, $"{what}: {frame}");
    }

    public async Task CallAsync(TestUser user, HttpMethod method, string path, object? body = null)
    {
        using var answer = await _http.SendAsync(user.Request(method, path, body), Deadline);
        Assert.True(answer.IsSuccessStatusCode, $"{method} {path}: {answer.StatusCode}");
    }

    public async ValueTask DisposeAsync()
    {
        if (_viewer is not null)
        {
            await _viewer.DisposeAsync();
        }

        _http.Dispose();
        _deadline.Dispose();
        await Server.DisposeAsync();
    }

    private static bool IsOnline(JsonElement user) =>
        user.TryGetProperty("online", out var online) && online.GetBoolean();
}
