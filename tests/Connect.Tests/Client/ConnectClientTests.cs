using Connect.Client;
using Xunit;
using Wire = Connect.Protocol.V1;

namespace Connect.Tests.Client;

/// <summary>The whole client against a fake server: connecting, sending and receiving.</summary>
public sealed class ConnectClientTests
{
    [Fact]
    public async Task Connect_returns_when_live()
    {
        await using var harness = await ClientHarness.LiveAsync();
        Assert.Equal(ConnectionState.Live, harness.Client.State);
        Assert.Null(harness.Client.Error);
        var hello = harness.Server.ReceivedOf(Wire.ClientFrame.BodyOneofCase.Hello).Single().Hello;
        Assert.Equal("token-1", hello.Token);
        Assert.Null(hello.Resume);
    }

    [Fact]
    public async Task Send_completes_with_the_seq_of_the_log()
    {
        await using var harness = await ClientHarness.LiveAsync();
        harness.Server.Write("before");
        var sent = await harness.Room.SendAsync("hello", TestContext.Current.CancellationToken);
        Assert.Equal(2, sent.Seq);
        Assert.Equal(sent.Cid, harness.Server.Log(FakeServer.Room)[1].Cid);
        await harness.Until(() => harness.Seqs.Count == 2, "both messages as events");
        Assert.Equal([1, 2], harness.Seqs);
        Assert.Equal([false, true], harness.Events.OfType<MessageReceived>().Select(message => message.IsOwn));
    }

    [Fact]
    public async Task Messages_sent_offline_go_out_in_order_after_the_connection()
    {
        await using var harness = new ClientHarness();
        var handles = new List<OutgoingMessage>();
        for (var index = 0; index < 20; index++)
        {
            var handle = await harness.Room.EnqueueAsync(
                $"m{index}",
                cancellationToken: TestContext.Current.CancellationToken
            );
            Assert.Equal(OutgoingState.Queued, handle.State);
            handles.Add(handle);
        }

        await harness.ConnectAsync();
        await Task.WhenAll(handles.Select(handle => handle.Sent)).WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(
            Enumerable.Range(0, 20).Select(index => $"m{index}"),
            harness.Server.Log(FakeServer.Room).Select(entry => entry.Text)
        );
        Assert.All(handles, handle => Assert.Equal(OutgoingState.Sent, handle.State));
        var sends = harness.Sends();
        Assert.Equal("", sends[0].After);
        Assert.All(sends.Zip(sends.Skip(1)), pair => Assert.Equal(pair.First.Cid, pair.Second.After));
    }

    [Fact]
    public async Task A_server_that_cannot_be_reached_is_no_exception()
    {
        await using var harness = new ClientHarness();
        harness.Server.Refusal = new IOException("refused");
        var state = await harness.Client.ConnectAsync(TestContext.Current.CancellationToken);
        Assert.Equal(ConnectionState.Connecting, state);
        Assert.True(harness.Client.Error!.Retryable);
        var sending = harness.Room.SendAsync("later", TestContext.Current.CancellationToken);
        harness.Server.Refusal = null;
        await harness.Advance(() => sending.IsCompleted, "the message to be sent");
        Assert.Equal(1, (await sending).Seq);
    }

    [Fact]
    public async Task A_message_refused_for_good_fails_with_the_code_and_leaves_the_outbox()
    {
        await using var harness = await ClientHarness.LiveAsync();
        harness.Server.Intercept = (session, frame) =>
        {
            if (frame.BodyCase != Wire.ClientFrame.BodyOneofCase.Send)
            {
                return false;
            }

            var error = FakeServer.Error(ErrorCode.NotMember);
            error.Id = frame.Id;
            session.Push(error);
            return true;
        };
        var refusal = await Assert.ThrowsAsync<ConnectException>(() =>
            harness.Room.SendAsync("no", TestContext.Current.CancellationToken)
        );
        Assert.Equal(ErrorCode.NotMember, refusal.Code);
        Assert.False(refusal.PerhapsSent);
        Assert.Empty(await harness.Client.OutgoingAsync(TestContext.Current.CancellationToken));
        await harness.Until(() => harness.Events.OfType<SendFailed>().Any(), "the event of the failure");
    }
}
