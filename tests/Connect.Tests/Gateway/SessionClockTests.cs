using Connect.Contracts.Identifiers;
using Connect.Protocol;
using Connect.Protocol.V1;
using Xunit;

namespace Connect.Tests.Gateway;

public sealed class SessionClockTests : IDisposable
{
    private readonly GatewayHarness _gateway = new();

    public void Dispose() => _gateway.Dispose();

    [Fact]
    public async Task The_server_pings_every_25_seconds_and_lives_as_long_as_bytes_come()
    {
        var client = await ConnectAsync();
        for (var sent = 1; sent <= 11; sent++)
        {
            // Time flies here and the writer does not: it gets its turn before a ping looks like one that nobody takes.
            _gateway.Pass(TimeSpan.FromSeconds(25.5), () => client.Link.Activity.Received(messageIsOpen: false));
            await Eventually.TrueAsync(() => Pings(client) == sent, $"ping {sent}");
        }

        Assert.Equal(0, client.Link.ClosedWith);
    }

    [Fact]
    public async Task Silence_of_42_5_seconds_closes_with_ping_timeout()
    {
        var client = await ConnectAsync();
        _gateway.Pass(TimeSpan.FromSeconds(42));
        Assert.Equal(0, client.Link.ClosedWith);
        _gateway.Pass(TimeSpan.FromSeconds(6));
        await client.ClosedWithAsync((int)CloseCode.PingTimeout);
        Assert.Empty(_gateway.Table.Routes(_gateway.Node));
    }

    [Fact]
    public async Task Time_in_which_the_process_was_stopped_does_not_count()
    {
        var client = await ConnectAsync();
        _gateway.Pass(TimeSpan.FromSeconds(40));

        // One late tick, as after SIGSTOP and SIGCONT.
        _gateway.Time.Advance(TimeSpan.FromMinutes(10));
        _gateway.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(0, client.Link.ClosedWith);
        _gateway.Pass(TimeSpan.FromSeconds(8));
        await client.ClosedWithAsync((int)CloseCode.PingTimeout);
    }

    [Fact]
    public async Task Time_in_which_the_server_did_not_read_does_not_count()
    {
        var client = await ConnectAsync();
        client.Link.Activity.StopReading();
        await PassWrittenAsync(client, 300, () => { });
        Assert.Equal(0, client.Link.ClosedWith);

        client.Link.Activity.ResumeReading();
        _gateway.Pass(TimeSpan.FromSeconds(42));
        Assert.Equal(0, client.Link.ClosedWith);
        _gateway.Pass(TimeSpan.FromSeconds(6));
        await client.ClosedWithAsync((int)CloseCode.PingTimeout);
    }

    [Fact]
    public async Task A_message_that_takes_longer_than_ten_seconds_closes()
    {
        var client = await ConnectAsync();
        client.Link.Activity.Received(messageIsOpen: true);
        _gateway.Pass(TimeSpan.FromSeconds(9.5), () => client.Link.Activity.Received(messageIsOpen: true));
        Assert.Equal(0, client.Link.ClosedWith);
        _gateway.Pass(TimeSpan.FromSeconds(1.5), () => client.Link.Activity.Received(messageIsOpen: true));
        await client.ClosedWithAsync((int)CloseCode.BadProtocol);
    }

    [Fact]
    public async Task A_token_about_to_end_is_announced_and_its_end_closes()
    {
        var anna = await _gateway.NewUserAsync("anna");
        var client = await _gateway.ConnectAsync(anna, life: TimeSpan.FromSeconds(150));
        await PassAliveAsync(client, 89);
        Assert.DoesNotContain(client.Frames, each => each.TokenExpiring is not null);
        PassAlive(client, 2);
        var push = await client.PushAsync(ServerFrame.BodyOneofCase.TokenExpiring);
        Assert.InRange(push.TokenExpiring.InMs, 58_000u, 60_000u);

        await PassAliveAsync(client, 57);
        Assert.Equal(0, client.Link.ClosedWith);
        PassAlive(client, 3);
        await client.ClosedWithAsync((int)CloseCode.TokenExpired);
    }

    [Fact]
    public async Task A_token_shorter_than_the_warning_is_told_of_at_half_of_it_and_so_is_the_next()
    {
        var anna = await _gateway.NewUserAsync("anna");
        var device = DeviceId.NewRandom();
        var client = await _gateway.ConnectAsync(anna, device, TimeSpan.FromSeconds(40));
        for (var round = 1; round <= 3; round++)
        {
            await PassAliveAsync(client, 18);
            Assert.Equal(round - 1, Warnings(client));
            PassAlive(client, 3);
            await Eventually.TrueAsync(() => Warnings(client) == round, "a warning");
            var auth = new Auth { Token = _gateway.NewToken(anna, device, TimeSpan.FromSeconds(40)) };
            Assert.NotNull((await client.AskAsync(new() { Auth = auth })).Ok);
        }
    }

    [Fact]
    public async Task A_new_token_lets_the_session_live_on()
    {
        var anna = await _gateway.NewUserAsync("anna");
        var device = DeviceId.NewRandom();
        var client = await _gateway.ConnectAsync(anna, device, TimeSpan.FromSeconds(90));
        await PassAliveAsync(client, 40);
        var auth = new Auth { Token = _gateway.NewToken(anna, device, TimeSpan.FromMinutes(15)) };
        var ok = (await client.AskAsync(new() { Auth = auth })).Ok;
        Assert.Equal((ulong)client.Session.TokenExpiresAt, ok.ExpiresAt);
        await PassAliveAsync(client, 120);
        Assert.Equal(0, client.Link.ClosedWith);
    }

    [Fact]
    public async Task A_token_of_somebody_else_or_of_another_device_renews_nothing()
    {
        var (anna, bert) = (await _gateway.NewUserAsync("anna"), await _gateway.NewUserAsync("bert"));
        var device = DeviceId.NewRandom();
        var client = await _gateway.ConnectAsync(anna, device);
        foreach (var token in new[] { _gateway.NewToken(bert, device), _gateway.NewToken(anna, DeviceId.NewRandom()) })
        {
            var answer = await client.AskAsync(new() { Auth = new() { Token = token } });
            Assert.Equal((uint)ErrorCode.Forbidden, answer.Err.Code);
        }

        Assert.Equal(0, client.Link.ClosedWith);
    }

    [Fact]
    public async Task A_goodbye_that_takes_too_long_is_cut()
    {
        var client = await ConnectAsync();
        client.Link.Stall();
        await client.AskWithoutAnswerAsync(new() { Conversations = new() });
        await client.ReceiveAsync(new ClientFrame { Bye = new() });
        _gateway.Pass(TimeSpan.FromSeconds(1));
        Assert.False(client.Link.IsAborted);
        _gateway.Pass(TimeSpan.FromSeconds(2));
        Assert.True(client.Link.IsAborted);
    }

    [Fact]
    public async Task Drain_asks_everybody_to_go_and_waits_for_what_is_in_flight()
    {
        var (anna, bert) = (await _gateway.NewUserAsync("anna"), await _gateway.NewUserAsync("bert"));
        var busy = await _gateway.ConnectLiveAsync(anna);
        var idle = await _gateway.ConnectLiveAsync(bert);
        var held = new TaskCompletionSource();
        _gateway.Conversations.BeforeAppend = _ => held.Task;
        var last = await busy.SendAsync("last words", bert);

        var drain = _gateway.Table.DrainAsync();
        var why = (await idle.PushAsync(ServerFrame.BodyOneofCase.GoAway)).GoAway;
        Assert.Equal((500u, 5000u), (why.ReconnectAfterMs, why.JitterMs));
        await idle.ClosedWithAsync((int)CloseCode.GoingAway);
        await busy.PushAsync(ServerFrame.BodyOneofCase.GoAway);
        Assert.Equal(0, busy.Link.ClosedWith);

        held.SetResult();
        Assert.NotNull((await busy.AnswerAsync(last)).Sent);
        await busy.ClosedWithAsync((int)CloseCode.GoingAway);
        Assert.False(drain.IsCompleted);
        busy.Session.End();
        idle.Session.End();
        await drain.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Drain_closes_at_its_deadline_what_does_not_finish()
    {
        var (anna, bert) = (await _gateway.NewUserAsync("anna"), await _gateway.NewUserAsync("bert"));
        var busy = await _gateway.ConnectLiveAsync(anna);
        _gateway.Conversations.BeforeAppend = _ => new TaskCompletionSource().Task;
        await busy.SendAsync("never answered", bert);
        var drain = _gateway.Table.DrainAsync();
        var late = _gateway.Dial();
        await late.ReceiveAsync(new ClientFrame { Id = 1, Hello = new() });
        await late.ClosedWithAsync((int)CloseCode.GoingAway);
        Assert.Equal(0, busy.Link.ClosedWith);

        PassAlive(busy, 11);
        await busy.ClosedWithAsync((int)CloseCode.GoingAway);
        busy.Session.End();
        late.Session.End();
        await drain.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }

    private static int Warnings(TestClient client) => client.Frames.Count(each => each.TokenExpiring is not null);

    private static int Pings(TestClient client) => client.Frames.Count(each => each.Ping is not null);

    private async Task<TestClient> ConnectAsync() => await _gateway.ConnectAsync(await _gateway.NewUserAsync("anna"));

    private Task PassAliveAsync(TestClient client, double seconds) =>
        PassWrittenAsync(client, seconds, () => client.Link.Activity.Received(messageIsOpen: false));

    /// <summary>
    /// A long time, in parts: time flies here and the writer does not, so it gets its turn before what it writes looks
    /// like something that nobody takes.
    /// </summary>
    private async Task PassWrittenAsync(TestClient client, double seconds, Action onTick)
    {
        const double Part = 10;
        for (var left = seconds; left > 0; left -= Part)
        {
            _gateway.Pass(TimeSpan.FromSeconds(Math.Min(left, Part)), onTick);
            await Eventually.TrueAsync(
                () => client.Session.Queue.IsEmpty && client.Link.Activity.WritingSince == 0,
                "an idle writer"
            );
        }
    }

    private void PassAlive(TestClient client, double seconds) =>
        _gateway.Pass(TimeSpan.FromSeconds(seconds), () => client.Link.Activity.Received(messageIsOpen: false));
}
