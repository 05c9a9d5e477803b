using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Protocol.V1;
using Xunit;

namespace Connect.Tests.Gateway;

public sealed class SendTests : IDisposable
{
    private readonly GatewayHarness _gateway = new(options => options.InFlight = 1000);

    public void Dispose() => _gateway.Dispose();

    [Fact]
    public async Task A_send_is_answered_with_its_seq_and_pushed_to_everybody_but_its_session()
    {
        var (anna, bert) = (await _gateway.NewUserAsync("anna"), await _gateway.NewUserAsync("bert"));
        var sender = await _gateway.ConnectLiveAsync(anna);
        var ownOther = await _gateway.ConnectLiveAsync(anna);
        var receiver = await _gateway.ConnectLiveAsync(bert);
        var cid = TestClient.NewCid();

        var sent = (await sender.AnswerAsync(await sender.SendAsync("Grüße", bert, cid))).Sent;
        Assert.Equal((cid.ToString(), 1ul, false), (sent.Cid, sent.Seq, sent.Duplicate));
        Assert.Equal(_gateway.Keys.Derive(anna, bert).ToString(), sent.Conversation);
        foreach (var client in new[] { ownOther, receiver })
        {
            var push = await client.PushAsync(ServerFrame.BodyOneofCase.Entries);
            var entry = Assert.Single(push.Entries.Entries_);
            Assert.Equal((1ul, "Grüße", anna.ToString()), (entry.Seq, entry.Text, entry.From));
            Assert.Equal((cid.ToString(), sent.Time, sent.Conversation), (entry.Cid, entry.Time, entry.Conversation));
        }

        Assert.DoesNotContain(sender.Frames, each => each.BodyCase == ServerFrame.BodyOneofCase.Entries);
    }

    [Fact]
    public async Task What_comes_while_a_batch_is_out_is_gathered_in_order_into_batches_of_64()
    {
        var (anna, bert) = (await _gateway.NewUserAsync("anna"), await _gateway.NewUserAsync("bert"));
        var client = await _gateway.ConnectLiveAsync(anna);
        var first = new TaskCompletionSource();
        _gateway.Conversations.BeforeAppend = request =>
            request.Items[0].Text.Span.SequenceEqual("0"u8) ? first.Task : Task.CompletedTask;
        var ids = new List<ulong>();
        for (var i = 0; i < 100; i++)
        {
            ids.Add(await client.SendAsync($"{i}", bert));
        }

        Assert.Single(_gateway.Conversations.Appends);
        first.SetResult();
        for (var i = 0; i < ids.Count; i++)
        {
            Assert.Equal((ulong)i + 1, (await client.AnswerAsync(ids[i])).Sent.Seq);
        }

        Assert.Equal([1, 64, 35], _gateway.Conversations.Appends.Select(each => each.Request.Items.Length));
    }

    [Fact]
    public async Task The_sends_of_one_message_leave_as_one_batch_per_conversation()
    {
        var anna = await _gateway.NewUserAsync("anna");
        var (bert, carl) = (await _gateway.NewUserAsync("bert"), await _gateway.NewUserAsync("carl"));
        var client = await _gateway.ConnectLiveAsync(anna);
        var frames = Enumerable
            .Range(0, 10)
            .Select(i => new ClientFrame
            {
                Id = 100 + (ulong)i,
                Send = TestClient.MakeSend($"{i}", i % 2 == 0 ? bert : carl),
            });
        await client.ReceiveAsync([.. frames]);
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal((ulong)(i / 2) + 1, (await client.AnswerAsync(100 + (ulong)i)).Sent.Seq);
        }

        Assert.Equal([5, 5], _gateway.Conversations.Appends.Select(each => each.Request.Items.Length));
    }

    [Theory]
    [InlineData(AppendStatus.Unavailable, ErrorCode.Unavailable, ErrorCode.Unavailable)]
    [InlineData(AppendStatus.Predecessor, ErrorCode.Predecessor, ErrorCode.Predecessor)]
    [InlineData(AppendStatus.Unknown, ErrorCode.UnknownOutcome, ErrorCode.Predecessor)]
    public async Task When_a_batch_fails_retryably_all_gathered_behind_it_fail_too(
        AppendStatus status,
        ErrorCode own,
        ErrorCode behind
    )
    {
        var (anna, bert) = (await _gateway.NewUserAsync("anna"), await _gateway.NewUserAsync("bert"));
        var client = await _gateway.ConnectLiveAsync(anna);
        var held = new TaskCompletionSource();
        _gateway.Conversations.BeforeAppend = _ => held.Task;
        _gateway.Conversations.Answer = request => new([.. request.Items.Select(_ => new AppendResult(status))]);
        var failing = await client.SendAsync("first", bert);
        var gathered = await client.SendAsync("second", bert);
        held.SetResult();

        var error = (await client.AnswerAsync(failing)).Err;
        Assert.Equal(((uint)own, true), (error.Code, error.Retryable));
        error = (await client.AnswerAsync(gathered)).Err;
        Assert.Equal(((uint)behind, true), (error.Code, error.Retryable));
        Assert.Single(_gateway.Conversations.Appends);

        _gateway.Conversations.Answer = null;
        Assert.NotNull((await client.AnswerAsync(await client.SendAsync("again", bert))).Sent);
    }

    [Fact]
    public async Task A_thrown_exception_is_an_unknown_outcome()
    {
        var (anna, bert) = (await _gateway.NewUserAsync("anna"), await _gateway.NewUserAsync("bert"));
        var client = await _gateway.ConnectLiveAsync(anna);
        var held = new TaskCompletionSource();
        _gateway.Conversations.BeforeAppend = _ => held.Task;
        var failing = await client.SendAsync("first", bert);
        var gathered = await client.SendAsync("second", bert);
        held.SetException(new TimeoutException());

        Assert.Equal((uint)ErrorCode.UnknownOutcome, (await client.AnswerAsync(failing)).Err.Code);
        Assert.Equal((uint)ErrorCode.Predecessor, (await client.AnswerAsync(gathered)).Err.Code);
        Assert.True(client.Session.ReadGate.IsIdle);
    }

    [Theory]
    [InlineData(AppendStatus.Conflict, ErrorCode.Conflict)]
    [InlineData(AppendStatus.TooOld, ErrorCode.TooOld)]
    [InlineData(AppendStatus.NotFound, ErrorCode.NotFound)]
    [InlineData(AppendStatus.NotMember, ErrorCode.NotMember)]
    [InlineData(AppendStatus.Forbidden, ErrorCode.Forbidden)]
    public async Task What_is_refused_for_good_does_not_stop_what_comes_behind(AppendStatus status, ErrorCode code)
    {
        var (anna, bert) = (await _gateway.NewUserAsync("anna"), await _gateway.NewUserAsync("bert"));
        var client = await _gateway.ConnectLiveAsync(anna);
        var held = new TaskCompletionSource();
        _gateway.Conversations.BeforeAppend = _ => held.Task;
        _gateway.Conversations.Answer = request =>
            new([
                .. request.Items.Select(item =>
                    item.Text.Span.SequenceEqual("bad"u8)
                        ? new AppendResult(status)
                        : new AppendResult(AppendStatus.Committed, 9, 1)
                ),
            ]);
        var bad = await client.SendAsync("bad", bert);
        var good = await client.SendAsync("good", bert);
        held.SetResult();

        var error = (await client.AnswerAsync(bad)).Err;
        Assert.Equal(((uint)code, false), (error.Code, error.Retryable));
        Assert.Equal(9ul, (await client.AnswerAsync(good)).Sent.Seq);
    }

    [Fact]
    public async Task A_duplicate_says_so()
    {
        var (anna, bert) = (await _gateway.NewUserAsync("anna"), await _gateway.NewUserAsync("bert"));
        var client = await _gateway.ConnectLiveAsync(anna);
        _gateway.Conversations.Answer = _ => new([new(AppendStatus.Duplicate, 4, 77)]);

        var sent = (await client.AnswerAsync(await client.SendAsync("again", bert))).Sent;
        Assert.Equal((4ul, 77ul, true), (sent.Seq, sent.Time, sent.Duplicate));
    }

    [Fact]
    public async Task Only_a_user_who_exists_and_is_somebody_else_can_be_written_to()
    {
        var anna = await _gateway.NewUserAsync("anna");
        var client = await _gateway.ConnectLiveAsync(anna);

        var stranger = (await client.AnswerAsync(await client.SendAsync("hello", UserId.NewRandom()))).Err;
        Assert.Equal((uint)ErrorCode.Forbidden, stranger.Code);
        var self = (await client.AnswerAsync(await client.SendAsync("hello", anna))).Err;
        Assert.Equal(((uint)ErrorCode.Invalid, "to"), (self.Code, self.Field));

        // The writer is asked all the same, so that an unknown user takes the time of one who blocks.
        var asked = Assert.Single(_gateway.Conversations.Appends);
        Assert.Equal(PeerStanding.Unreachable, asked.Request.Standing);
    }

    [Fact]
    public async Task What_cannot_be_a_message_is_refused_with_the_field_at_fault()
    {
        var (anna, bert) = (await _gateway.NewUserAsync("anna"), await _gateway.NewUserAsync("bert"));
        var client = await _gateway.ConnectLiveAsync(anna);
        await RefusedAsync(client, bert, send => send.Text = "", ErrorCode.Invalid, "text");
        await RefusedAsync(client, bert, send => send.Text = new('ü', 4001), ErrorCode.TooLarge, "text");
        await RefusedAsync(client, bert, send => send.Cid = Guid.NewGuid().ToString(), ErrorCode.Invalid, "cid");
        await RefusedAsync(client, bert, send => send.Cid = "", ErrorCode.Invalid, "cid");
        await RefusedAsync(client, bert, send => send.After = "x", ErrorCode.Invalid, "after");
        await RefusedAsync(client, bert, send => send.To = "", ErrorCode.Invalid, "conversation");
        await RefusedAsync(client, bert, send => send.To = "nobody", ErrorCode.Forbidden, "to");
        await RefusedAsync(client, bert, send => send.Conversation = send.To, ErrorCode.Invalid, "to");
        Assert.Empty(_gateway.Conversations.Appends);
        Assert.NotNull((await client.AnswerAsync(await client.SendAsync(new('ü', 4000), bert))).Sent);
    }

    [Fact]
    public async Task Above_in_flight_the_socket_is_not_read_and_marks_do_not_count()
    {
        using var gateway = new GatewayHarness(options => options.InFlight = 3);
        var (anna, bert) = (await gateway.NewUserAsync("anna"), await gateway.NewUserAsync("bert"));
        var client = await gateway.ConnectLiveAsync(anna);
        var held = new TaskCompletionSource();
        gateway.Conversations.BeforeAppend = _ => held.Task;
        gateway.Conversations.AnswerMark = async _ =>
        {
            await held.Task;
            return AppendStatus.Committed;
        };
        var talk = ConversationId.NewRandom();
        gateway.Conversations.Write(talk, anna, bert, "text");
        var mark = new ClientFrame { Id = 900, Mark = new() };
        mark.Mark.Marks.Add(new Mark { Conversation = talk.ToString(), Read = 1 });
        await client.ReceiveAsync(mark);
        await client.SendAsync("1", bert);
        await client.SendAsync("2", bert);
        Assert.True(client.Session.ReadGate.IsOpen);
        var last = await client.SendAsync("3", bert);
        Assert.False(client.Session.ReadGate.IsOpen);
        var open = client.Session.ReadGate.WaitAsync();
        Assert.False(open.IsCompleted);

        held.SetResult();
        await client.AnswerAsync(last);
        await open.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Above_the_marks_in_flight_the_socket_is_not_read()
    {
        using var gateway = new GatewayHarness(options => options.MarksInFlight = 2);
        var anna = await gateway.NewUserAsync("anna");
        var client = await gateway.ConnectLiveAsync(anna);
        var talk = ConversationId.NewRandom();
        gateway.Conversations.Write(talk, anna, UserId.NewRandom(), "text");
        var held = new TaskCompletionSource();
        gateway.Conversations.AnswerMark = async _ =>
        {
            await held.Task;
            return AppendStatus.Committed;
        };
        for (ulong id = 900; id < 902; id++)
        {
            Assert.True(client.Session.ReadGate.IsOpen);
            var mark = new ClientFrame { Id = id, Mark = new() };
            mark.Mark.Marks.Add(new Mark { Conversation = talk.ToString(), Read = 1 });
            await client.ReceiveAsync(mark);
        }

        Assert.False(client.Session.ReadGate.IsOpen);
        var open = client.Session.ReadGate.WaitAsync();
        held.SetResult();
        await open.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Assert.NotNull((await client.AnswerAsync(901)).Ok);
    }

    private static async Task RefusedAsync(
        TestClient client,
        UserId to,
        Action<Send> spoil,
        ErrorCode code,
        string field
    )
    {
        var send = TestClient.MakeSend("hello", to);
        spoil(send);
        var error = (await client.AskAsync(new() { Send = send })).Err;
        Assert.Equal(((uint)code, field), (error.Code, error.Field));
    }
}
