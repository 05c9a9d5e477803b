using System.Diagnostics;
using System.Text.Json;
using Connect.Cluster.Tests.Clients;
using Connect.Cluster.Tests.Processes;
using Connect.Protocol;
using Xunit;

namespace Connect.Cluster.Tests.Presence;

/// <summary>
/// Typing on a running server, measured where it is received: how fast its beginning and each way to its end is told.
/// </summary>
public sealed class TypingTests(ITestOutputHelper output)
{
    /// <summary>How much later than documented it may be told.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(2);

    /// <summary>The server counts in steps: its end may come so much before the duration is over.</summary>
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(250);

    private int _id = 200;

    [Fact]
    public async Task In_a_direct_conversation_its_beginning_and_each_end_is_told_in_time()
    {
        await using var world = await PresenceWorld.StartAsync();
        await using var bert = await world.OpenAsync(world.Bert);
        var sent = await WriteAsync(world, bert, new { to = world.Anna.Id });
        var conversation = sent.GetProperty("conversation").GetString()!;
        await using var anna = await LookAsync(world, world.Anna, conversation);
        await MeasureAsync(world, bert, conversation, [anna]);
    }

    [Fact]
    public async Task In_a_group_its_beginning_and_each_end_is_told_to_all_in_time()
    {
        await using var world = await PresenceWorld.StartAsync();
        var carl = await TestUser.CreateAsync(world.Http, "carl", world.Deadline);
        await world.CallAsync(carl, HttpMethod.Put, $"/v1/contacts/{world.Bert.Id}");
        await world.CallAsync(world.Bert, HttpMethod.Post, $"/v1/contacts/{carl.Id}/accept");
        var conversation = await CreateGroupAsync(world, [world.Anna, carl]);
        await using var bert = await world.OpenAsync(world.Bert);
        await using var anna = await LookAsync(world, world.Anna, conversation);
        await using var third = await LookAsync(world, carl, conversation);
        await MeasureAsync(world, bert, conversation, [anna, third]);
    }

    private async Task MeasureAsync(PresenceWorld world, RawSession typist, string conversation, RawSession[] receivers)
    {
        Task TypeAsync(bool on) => typist.SendAsync(new { typing = new { conversation, on } }, world.Deadline);
        Task ToldAsync(string what, bool isOn, Stopwatch since, TimeSpan delay) =>
            Task.WhenAll(receivers.Select(each => ReadAsync(world, each, conversation, what, isOn, since, delay)));

        var watch = Stopwatch.StartNew();
        await TypeAsync(on: true);
        await ToldAsync("typing", true, watch, default);
        watch.Restart();
        await TypeAsync(on: false);
        await ToldAsync("an explicit stop", false, watch, default);

        watch.Restart();
        await TypeAsync(on: true);
        await ToldAsync("typing again", true, watch, default);
        watch.Restart();
        await WriteAsync(world, typist, new { conversation });
        await ToldAsync("a sent message", false, watch, default);

        watch.Restart();
        await TypeAsync(on: true);
        await ToldAsync("typing once more", true, watch, default);
        // Nothing more is said: it ends by itself, counted from its beginning.
        await ToldAsync("no stop", false, watch, ProtocolLimits.TypingDuration);
    }

    private async Task ReadAsync(
        PresenceWorld world,
        RawSession receiver,
        string conversation,
        string what,
        bool isOn,
        Stopwatch since,
        TimeSpan delay
    )
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(world.Deadline);
        limit.CancelAfter(delay + Slack + Slack);
        try
        {
            var typing = await receiver.ReadUntilAsync("typing", limit.Token);
            var elapsed = since.Elapsed;
            Assert.Equal(conversation, typing.GetProperty("conversation").GetString());
            string?[] users = typing.TryGetProperty("users", out var names)
                ? [.. names.EnumerateArray().Select(name => name.GetString())]
                : [];
            Assert.Equal(isOn ? [world.Bert.Id] : [], users);
            output.WriteLine(
                $"{what}: {(isOn ? "on" : "off")} told after {elapsed.TotalMilliseconds:F0} ms, "
                    + $"documented {delay.TotalMilliseconds:F0} ms"
            );
            Assert.InRange(elapsed, delay == default ? default : delay - Step, delay + Slack);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"{what}: not told within {delay + Slack + Slack}.");
        }
    }

    /// <summary>A live session that has the conversation on screen, as the server knows.</summary>
    private static async Task<RawSession> LookAsync(PresenceWorld world, TestUser user, string conversation)
    {
        var session = await world.OpenAsync(user);
        await session.SyncAsync([], world.Deadline);
        await session.SendAsync(
            new { state = new { activity = "active", open = new[] { conversation } } },
            world.Deadline
        );
        // A state has no answer, but what comes after it has one.
        await session.SendAsync(new { id = 99, watch = new { add = new[] { user.Id } } }, world.Deadline);
        await session.ReadUntilAsync("presence", world.Deadline);
        return session;
    }

    private async Task<JsonElement> WriteAsync(PresenceWorld world, RawSession session, object place)
    {
        var send = JsonSerializer.SerializeToNode(place)!.AsObject();
        send["cid"] = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString();
        send["text"] = "words";
        await session.SendAsync(new { id = ++_id, send }, world.Deadline);
        return await session.ReadUntilAsync("sent", world.Deadline);
    }

    /// <summary>Contacts are members at once.</summary>
    private static async Task<string> CreateGroupAsync(PresenceWorld world, TestUser[] contacts)
    {
        using var request = world.Bert.Request(
            HttpMethod.Post,
            "/v1/conversations",
            new { title = "Plans", members = contacts.Select(user => user.Id) }
        );
        request.Headers.Add("Idempotency-Key", Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString());
        using var answer = await world.Http.SendAsync(request, world.Deadline);
        var text = await answer.Content.ReadAsStringAsync(world.Deadline);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement.GetProperty("conversation").GetString()!;
    }
}
