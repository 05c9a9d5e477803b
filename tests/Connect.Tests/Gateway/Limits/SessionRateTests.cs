using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Refusals;
using Connect.Doors.Limits;
using Connect.Protocol;
using Connect.Protocol.V1;
using Xunit;

namespace Connect.Tests.Gateway.Limits;

/// <summary>What a session is told when its user is too fast.</summary>
public sealed class SessionRateTests : IDisposable
{
    private GatewayHarness _gateway = null!;

    public void Dispose() => _gateway.Dispose();

    [Fact]
    public async Task Sends_of_a_user_count_over_all_sessions_and_come_back_at_the_announced_rate()
    {
        Start(rates => rates.SendBurst = 5, sendRate: 10);
        var (anna, bert) = (await _gateway.NewUserAsync("anna"), await _gateway.NewUserAsync("bert"));
        var (phone, desk) = (await _gateway.ConnectAsync(anna), await _gateway.ConnectAsync(anna));
        for (var i = 0; i < 5; i++)
        {
            var device = i % 2 == 0 ? phone : desk;
            Assert.NotNull((await device.AnswerAsync(await device.SendAsync($"{i}", bert))).Sent);
        }

        var err = (await desk.AnswerAsync(await desk.SendAsync("too fast", bert))).Err;
        Assert.Equal((401u, true, 1000u), (err.Code, err.Retryable, err.RetryAfterMs));
        var other = await _gateway.ConnectAsync(bert);
        Assert.NotNull((await other.AnswerAsync(await other.SendAsync("another user", anna))).Sent);
        _gateway.Pass(TimeSpan.FromMilliseconds(err.RetryAfterMs));
        Assert.NotNull((await desk.AnswerAsync(await desk.SendAsync("now", bert))).Sent);
    }

    [Fact]
    public async Task What_follows_a_refused_message_is_refused_without_using_up_what_that_one_waits_for()
    {
        Start(rates => rates.SendBurst = 1, sendRate: 1);
        var (anna, bert) = (await _gateway.NewUserAsync("anna"), await _gateway.NewUserAsync("bert"));
        var client = await _gateway.ConnectAsync(anna);
        Assert.NotNull((await client.AnswerAsync(await client.SendAsync("0", bert))).Sent);
        var first = TestClient.MakeSend("1", bert);
        var second = TestClient.MakeSend("2", bert);
        second.After = first.Cid;
        Assert.Equal(401u, (await client.AskAsync(new() { Send = first })).Err.Code);
        _gateway.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(401u, (await client.AskAsync(new() { Send = second })).Err.Code);
        Assert.NotNull((await client.AskAsync(new() { Send = first })).Sent);
        _gateway.Pass(TimeSpan.FromSeconds(1));
        Assert.NotNull((await client.AskAsync(new() { Send = second })).Sent);
        Assert.Equal(["0", "1", "2"], await TextsAsync(client, anna, bert));
    }

    [Fact]
    public async Task A_conversation_has_a_limit_of_its_own()
    {
        Start(rates => rates.ConversationSends = 2);
        var (anna, bert) = (await _gateway.NewUserAsync("anna"), await _gateway.NewUserAsync("bert"));
        var carl = await _gateway.NewUserAsync("carl");
        var (one, other) = (await _gateway.ConnectAsync(anna), await _gateway.ConnectAsync(bert));
        for (var i = 0; i < 2; i++)
        {
            Assert.NotNull((await one.AnswerAsync(await one.SendAsync($"{i}", bert))).Sent);
            Assert.NotNull((await other.AnswerAsync(await other.SendAsync($"{i}", anna))).Sent);
        }

        Assert.Equal(401u, (await one.AnswerAsync(await one.SendAsync("full", bert))).Err.Code);
        Assert.NotNull((await one.AnswerAsync(await one.SendAsync("elsewhere", carl))).Sent);
        _gateway.Pass(TimeSpan.FromSeconds(1));
        Assert.NotNull((await one.AnswerAsync(await one.SendAsync("again", bert))).Sent);
    }

    [Fact]
    public async Task What_a_conversation_may_take_is_not_used_up_by_those_who_may_not_write_there()
    {
        Start(rates => (rates.ConversationSends, rates.SendBurst) = (2, 50));
        var (anna, bert) = (await _gateway.NewUserAsync("anna"), await _gateway.NewUserAsync("bert"));
        var (member, outsider) = (
            await _gateway.ConnectAsync(anna),
            await _gateway.ConnectAsync(await _gateway.NewUserAsync("eve"))
        );
        var sent = (await member.AnswerAsync(await member.SendAsync("first", bert))).Sent;
        foreach (var refusal in new[] { AppendStatus.NotFound, AppendStatus.NotMember, AppendStatus.Forbidden })
        {
            _gateway.Conversations.Answer = request => new([.. request.Items.Select(_ => new AppendResult(refusal))]);
            for (var i = 0; i < 10; i++)
            {
                var send = TestClient.MakeSend("from outside", bert);
                (send.To, send.Conversation) = ("", sent.Conversation);
                Assert.Equal((uint)refusal.ToReason(), (await outsider.AskAsync(new() { Send = send })).Err.Code);
            }
        }

        _gateway.Conversations.Answer = null;
        for (var i = 0; i < 3; i++)
        {
            Assert.NotNull((await member.AnswerAsync(await member.SendAsync($"{i}", bert))).Sent);
        }

        Assert.Equal(401u, (await member.AnswerAsync(await member.SendAsync("full", bert))).Err.Code);
    }

    [Fact]
    public async Task Syncs_reads_and_new_tokens_have_limits_and_one_of_0_is_none()
    {
        Start(rates =>
        {
            rates.SyncsPerUser = 2;
            rates.ReadsPerUser = 3;
            rates.RequestsPerUser = 0;
        });
        var anna = await _gateway.NewUserAsync("anna");
        var client = await _gateway.ConnectAsync(anna);
        ClientFrame Sync() => new() { Sync = new() { Mode = SyncMode.All } };
        ClientFrame List() => new() { Conversations = new() };
        Assert.NotNull((await client.AskAsync(Sync())).SyncPage);
        Assert.NotNull((await client.AskAsync(Sync())).SyncPage);
        var err = (await client.AskAsync(Sync())).Err;
        Assert.Equal((401u, 30_000u), (err.Code, err.RetryAfterMs));
        for (var i = 0; i < 3; i++)
        {
            Assert.NotNull((await client.AskAsync(List())).Conversations);
        }

        Assert.Equal(401u, (await client.AskAsync(List())).Err.Code);
        Assert.Equal(401u, (await client.AskAsync(new() { History = new() { Conversation = "x" } })).Err.Code);
        for (var i = 0; i < 50; i++)
        {
            var token = _gateway.NewToken(anna, client.Session.Device);
            Assert.NotNull((await client.AskAsync(new() { Auth = new() { Token = token } })).Ok);
        }
    }

    [Fact]
    public async Task Marks_of_a_user_count_over_all_sessions_and_by_the_conversations_they_name()
    {
        Start(rates => rates.MarksPerUser = 600);
        var (anna, bert) = (await _gateway.NewUserAsync("anna"), await _gateway.NewUserAsync("bert"));
        var (phone, desk) = (await _gateway.ConnectAsync(anna), await _gateway.ConnectAsync(anna));
        Assert.NotEqual(401u, (await phone.AskAsync(Marks(500))).Err?.Code);
        Assert.NotEqual(401u, (await desk.AskAsync(Marks(100))).Err?.Code);

        var err = (await desk.AskAsync(Marks(20))).Err;
        Assert.Equal((401u, true, 2_000u), (err.Code, err.Retryable, err.RetryAfterMs));
        Assert.Equal(1_000u, (await phone.AskAsync(Marks(1))).Err.RetryAfterMs);
        var other = await _gateway.ConnectAsync(bert);
        Assert.NotEqual(401u, (await other.AskAsync(Marks(500))).Err?.Code);
        _gateway.Pass(TimeSpan.FromMilliseconds(err.RetryAfterMs));
        Assert.NotEqual(401u, (await desk.AskAsync(Marks(20))).Err?.Code);
    }

    [Fact]
    public async Task A_request_of_more_marks_than_a_minute_has_passes_when_nothing_was_used()
    {
        Start(rates => rates.MarksPerUser = 100);
        var client = await _gateway.ConnectAsync(await _gateway.NewUserAsync("anna"));
        Assert.NotEqual(401u, (await client.AskAsync(Marks(500))).Err?.Code);
        Assert.Equal(60_000u, (await client.AskAsync(Marks(500))).Err.RetryAfterMs);
    }

    [Fact]
    public async Task Twelve_devices_that_raise_their_marks_of_500_conversations_after_a_sync_are_not_refused()
    {
        Start(_ => { });
        var anna = await _gateway.NewUserAsync("anna");
        for (var device = 0; device < 12; device++)
        {
            var client = await _gateway.ConnectAsync(anna);
            Assert.NotEqual(401u, (await client.AskAsync(Marks(500))).Err?.Code);
        }
    }

    private static ClientFrame Marks(int count)
    {
        var request = new Connect.Protocol.V1.MarkRequest();
        for (var i = 0; i < count; i++)
        {
            request.Marks.Add(new Mark { Conversation = ConversationId.NewRandom().ToString(), Read = 1 });
        }

        return new() { Mark = request };
    }

    [Fact]
    public async Task New_tokens_have_a_limit()
    {
        Start(rates => rates.RequestsPerUser = 1);
        var anna = await _gateway.NewUserAsync("anna");
        var client = await _gateway.ConnectAsync(anna);
        ClientFrame Auth() => new() { Auth = new() { Token = _gateway.NewToken(anna, client.Session.Device) } };
        Assert.NotNull((await client.AskAsync(Auth())).Ok);
        Assert.Equal(401u, (await client.AskAsync(Auth())).Err.Code);
    }

    [Fact]
    public async Task Who_goes_on_after_being_told_to_wait_is_closed()
    {
        Start(rates =>
        {
            rates.ReadsPerUser = 1;
            rates.RefusalsPerSession = 10;
        });
        var client = await _gateway.ConnectAsync(await _gateway.NewUserAsync("anna"));
        Assert.NotNull((await client.AskAsync(new() { Conversations = new() })).Conversations);
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(401u, (await client.AskAsync(new() { Conversations = new() })).Err.Code);
            Assert.Equal(0, client.Link.ClosedWith);
        }

        Assert.Equal(401u, (await client.AskAsync(new() { Conversations = new() })).Err.Code);
        await client.ClosedWithAsync((int)CloseCode.Overloaded);
    }

    [Fact]
    public async Task A_sync_that_lists_all_is_paid_like_the_pages_it_is_as_long_as()
    {
        Start(rates => rates.SyncPagesPerUser = 3);
        var anna = await _gateway.NewUserAsync("anna");
        for (var i = 0; i < 450; i++)
        {
            var peer = Contracts.Identifiers.UserId.NewRandom();
            _gateway.Conversations.Write(_gateway.Keys.Derive(peer, anna), peer, anna, "text");
        }

        var client = await _gateway.ConnectAsync(anna);
        Assert.NotNull((await client.AskAsync(Sync(SyncMode.Fresh))).SyncPage);
        Assert.Equal(401u, (await client.AskAsync(Sync(SyncMode.All))).Err.Code);
        Assert.NotNull((await client.AskAsync(Sync(SyncMode.Listed))).SyncPage);

        static ClientFrame Sync(SyncMode mode) => new() { Sync = new() { Mode = mode } };
    }

    [Fact]
    public async Task A_watch_is_paid_by_the_users_it_names()
    {
        Start(rates => rates.ReadsPerUser = 12);
        var client = await _gateway.ConnectAsync(await _gateway.NewUserAsync("anna"));
        Assert.NotNull((await client.AskAsync(Watch(500))).Presence);
        Assert.Equal(401u, (await client.AskAsync(Watch(50))).Err.Code);
        Assert.NotNull((await client.AskAsync(Watch(49))).Presence);

        static ClientFrame Watch(int users)
        {
            var watch = new Watch();
            watch.Add.Add(Enumerable.Range(0, users).Select(_ => Contracts.Identifiers.UserId.NewRandom().ToString()));
            return new() { Watch = watch };
        }
    }

    private void Start(Action<RateOptions> configure, int sendRate = 100) =>
        _gateway = new(options => options.SendRate = sendRate, rates: configure);

    private async Task<List<string>> TextsAsync(TestClient client, params Contracts.Identifiers.UserId[] pair)
    {
        var conversation = _gateway.Keys.Derive(pair[0], pair[1]).ToString();
        var page = await client.AskAsync(new() { History = new() { Conversation = conversation } });
        return [.. page.History.Entries.Select(entry => entry.Text)];
    }
}
