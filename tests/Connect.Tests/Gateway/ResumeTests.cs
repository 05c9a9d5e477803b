using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Protocol.V1;
using Xunit;

namespace Connect.Tests.Gateway;

/// <summary>A device that comes back after a moment, and what that costs the store.</summary>
public sealed class ResumeTests : IDisposable
{
    private readonly GatewayHarness _gateway = new();

    public void Dispose() => _gateway.Dispose();

    [Fact]
    public async Task Who_missed_nothing_is_live_with_the_welcome_and_costs_no_read()
    {
        var (anna, bert, conversation) = await PairAsync();
        var device = DeviceId.NewRandom();
        var phone = await _gateway.ConnectAsync(bert, device);
        await phone.SyncAsync();
        Write(conversation, anna, bert, 2);
        await phone.PushAsync(ServerFrame.BodyOneofCase.Entries);
        phone.Session.End();
        var reads = _gateway.StoreReads;

        var (back, welcome) = await ReturnAsync(phone, bert, device, (conversation, 2));
        Assert.Equal(Resumed.Full, welcome.Resumed);
        Assert.Equal(reads, _gateway.StoreReads);
        Write(conversation, anna, bert, 3);
        var push = await back.PushAsync(ServerFrame.BodyOneofCase.Entries);
        Assert.Equal(3UL, Assert.Single(push.Entries.Entries_).Seq);
        Assert.Equal(reads, _gateway.StoreReads);
    }

    [Fact]
    public async Task Who_missed_something_is_told_what_and_reads_just_that()
    {
        var (anna, bert, conversation) = await PairAsync();
        var (carl, _, other) = await PairAsync(bert);
        var device = DeviceId.NewRandom();
        var phone = await _gateway.ConnectAsync(bert, device);
        await phone.SyncAsync();
        phone.Session.End();
        Write(conversation, anna, bert, 2);
        var (back, welcome) = await ReturnAsync(phone, bert, device, (conversation, 1), (other, 1));
        Assert.Equal(Resumed.Partial, welcome.Resumed);
        Assert.Equal((conversation.ToString(), 2UL), (welcome.Changed[0].Conversation, welcome.Changed[0].Seq));
        Assert.Single(welcome.Changed);

        // What moves before the sync is neither pushed nor lost.
        Write(other, carl, bert, 2);
        Assert.DoesNotContain(back.Frames, frame => frame.Entries is not null || frame.Hint is not null);
        var reads = _gateway.StoreReads;
        var pages = await back.SyncAsync(
            SyncMode.Listed,
            new Position { Conversation = conversation.ToString(), Seq = 1 }
        );
        Assert.Equal(2UL, Assert.Single(pages.SelectMany(page => page.Entries)).Seq);
        Assert.Equal(reads + 1, _gateway.StoreReads);
        var hint = Assert.Single((await back.PushAsync(ServerFrame.BodyOneofCase.Hint)).Hint.Hints_);
        Assert.Equal((other.ToString(), 2UL), (hint.Conversation, hint.Head));
    }

    [Fact]
    public async Task What_moves_between_the_hello_and_the_welcome_is_hinted_at()
    {
        var (anna, bert, conversation) = await PairAsync();
        var device = DeviceId.NewRandom();
        var phone = await _gateway.ConnectAsync(bert, device);
        await phone.SyncAsync();
        phone.Session.End();
        _gateway.AfterRegister = () => Write(conversation, anna, bert, 2);
        var (back, welcome) = await ReturnAsync(phone, bert, device, (conversation, 1));
        Assert.Equal(Resumed.Full, welcome.Resumed);
        var hint = Assert.Single((await back.PushAsync(ServerFrame.BodyOneofCase.Hint)).Hint.Hints_);
        Assert.Equal((conversation.ToString(), 2UL), (hint.Conversation, hint.Head));
    }

    [Fact]
    public async Task A_session_that_lagged_or_never_synced_is_not_resumed()
    {
        var (anna, bert, conversation) = await PairAsync();
        var device = DeviceId.NewRandom();
        var fresh = await _gateway.ConnectAsync(bert, device);
        fresh.Session.End();
        var (back, welcome) = await ReturnAsync(fresh, bert, device, (conversation, 1));
        Assert.Equal(Resumed.No, welcome.Resumed);

        // It is as without a claim: silent until it syncs.
        Write(conversation, anna, bert, 2);
        Assert.DoesNotContain(back.Frames, frame => frame.Entries is not null || frame.Hint is not null);
        var pages = await back.SyncAsync();
        Assert.Equal([1UL, 2UL], pages.SelectMany(page => page.Entries).Select(entry => entry.Seq));
    }

    [Fact]
    public async Task Receipts_that_may_not_have_arrived_ask_for_a_refresh()
    {
        var (anna, bert, conversation) = await PairAsync();
        var device = DeviceId.NewRandom();
        var phone = await _gateway.ConnectAsync(anna, device);
        await phone.SyncAsync();
        phone.Session.End();
        var (quiet, welcome) = await ReturnAsync(phone, anna, device, (conversation, 1));
        Assert.Equal((Resumed.Full, false), (welcome.Resumed, welcome.Refresh));
        quiet.Session.End();
        _gateway.Deliver(Publication.OfReceipts(conversation, 1, [new(bert, 1, 1)], [], [anna]));
        (_, welcome) = await ReturnAsync(quiet, anna, device, (conversation, 1));
        Assert.Equal((Resumed.Full, true), (welcome.Resumed, welcome.Refresh));
    }

    [Theory]
    [InlineData("nonsense", "nonsense")]
    [InlineData("", "")]
    public async Task A_claim_that_cannot_be_read_is_as_none(string session, string conversation)
    {
        var (_, bert, _) = await PairAsync();
        var device = DeviceId.NewRandom();
        var hello = new Hello
        {
            Token = _gateway.NewToken(bert, device),
            DeviceId = device.ToString(),
            Resume = new() { Session = session, Heads = { new Position { Conversation = conversation } } },
        };
        var answer = await _gateway.Dial().AskAsync(new() { Hello = hello });
        Assert.Equal(Resumed.No, answer.Welcome.Resumed);
    }

    private async Task<(UserId Writer, UserId Reader, ConversationId Conversation)> PairAsync(UserId reader = default)
    {
        var writer = await _gateway.NewUserAsync($"writer-{Guid.NewGuid():N}");
        reader = reader.IsNone ? await _gateway.NewUserAsync($"reader-{Guid.NewGuid():N}") : reader;
        var client = await _gateway.ConnectLiveAsync(writer);
        var sent = await client.AnswerAsync(await client.SendAsync("first", reader));
        Assert.True(ConversationId.TryParse(sent.Sent.Conversation, out var conversation));
        return (writer, reader, conversation);
    }

    /// <summary>Commits the next message and publishes it as the fan-out does.</summary>
    private void Write(ConversationId conversation, UserId from, UserId to, long seq) =>
        _gateway.Conversations.Write(conversation, from, to, $"message {seq}");

    private async Task<(TestClient Client, Welcome Welcome)> ReturnAsync(
        TestClient before,
        UserId user,
        DeviceId device,
        params (ConversationId Conversation, long Seq)[] heads
    )
    {
        var hello = new Hello
        {
            Token = _gateway.NewToken(user, device),
            DeviceId = device.ToString(),
            Resume = new() { Session = before.Session.Id.ToString(), Incarnation = _gateway.Partition.Incarnation },
        };
        hello.Resume.Heads.Add(
            heads.Select(each => new Position { Conversation = each.Conversation.ToString(), Seq = (ulong)each.Seq })
        );
        var client = _gateway.Dial();
        var answer = await client.AskAsync(new() { Hello = hello });
        return (client, answer.Welcome);
    }
}
