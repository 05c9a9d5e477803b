using Connect.Contracts.Identifiers;
using Connect.Protocol;
using Connect.Protocol.V1;
using Xunit;

namespace Connect.Tests.Gateway;

/// <summary>What a sync makes the node remember is limited in number, in pace and in time.</summary>
public sealed class SyncStallTests : IDisposable
{
    private readonly GatewayHarness _gateway = new(
        options =>
        {
            options.SyncPageConversations = 10;
            options.SyncDeadline = TimeSpan.FromSeconds(60);
            // What is being written puts the deadline off, also a ping, for as long as its thread has no turn.
            options.PingInterval = TimeSpan.FromMinutes(10);
        },
        rates: rates => rates.SyncPagesPerUser = 6
    );

    public void Dispose() => _gateway.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_sync_that_stalls_between_its_parts_or_pages_is_closed(bool inParts)
    {
        var client = await _gateway.ConnectAsync(await _gateway.NewUserAsync("bert"));
        var answer = await client.AskAsync(new() { Sync = Part(1_000, more: inParts) });
        Assert.True(inParts ? answer.Ok is not null : answer.SyncPage is { More: true });
        Assert.InRange(client.Session.HeldBytes, 24_000, 60_000);
        await WrittenAsync(client);
        PassAlive(client, 55);
        Assert.Equal(0, client.Link.ClosedWith);
        PassAlive(client, 12);
        await client.ClosedWithAsync((int)CloseCode.SlowConsumer);
    }

    [Fact]
    public async Task One_that_goes_on_or_is_done_is_not_closed()
    {
        var client = await _gateway.ConnectAsync(await _gateway.NewUserAsync("bert"));
        Assert.NotNull((await client.AskAsync(new() { Sync = Part(15, more: true) })).Ok);
        await WrittenAsync(client);
        PassAlive(client, 50);
        Assert.True((await client.AskAsync(new() { Sync = Part(0, more: false) })).SyncPage.More);
        PassAlive(client, 50);
        Assert.True((await client.AskAsync(new() { Next = new() })).SyncPage.Synced);
        Assert.InRange(client.Session.HeldBytes, 0, 1_000);
        PassAlive(client, 300);
        Assert.Equal(0, client.Link.ClosedWith);
    }

    [Fact]
    public async Task A_page_that_is_being_written_does_not_count_as_a_stall()
    {
        var client = await _gateway.ConnectAsync(await _gateway.NewUserAsync("bert"));
        client.Link.Stall();
        await client.AskWithoutAnswerAsync(new() { Sync = Part(100, more: false) });
        for (var i = 0; i < 10; i++)
        {
            PassAlive(client, 20);
            client.Link.Activity.WriteMoved();
        }

        client.Link.Resume();
        Assert.True((await client.AnswerAsync(2)).SyncPage.More);
        Assert.Equal(0, client.Link.ClosedWith);
    }

    [Fact]
    public async Task Parts_and_pages_of_a_sync_have_a_rate_of_their_own_and_the_sync_goes_on()
    {
        var bert = await _gateway.NewUserAsync("bert");
        var client = await _gateway.ConnectAsync(bert);
        Assert.NotNull((await client.AskAsync(new() { Sync = Part(60, more: true) })).Ok);
        Assert.True((await client.AskAsync(new() { Sync = Part(0, more: false) })).SyncPage.More);
        for (var i = 0; i < 4; i++)
        {
            Assert.True((await client.AskAsync(new() { Next = new() })).SyncPage.More);
        }

        // Another device of the user draws on the same budget, and another user has one of their own.
        Assert.NotNull((await (await _gateway.ConnectAsync(bert)).AskAsync(new() { Sync = Part(1, more: true) })).Ok);
        var err = (await client.AskAsync(new() { Next = new() })).Err;
        Assert.Equal(((uint)ErrorCode.RateLimited, true), (err.Code, err.Retryable));
        var carl = await _gateway.ConnectAsync(await _gateway.NewUserAsync("carl"));
        Assert.NotNull((await carl.AskAsync(new() { Sync = Part(1, more: true) })).Ok);
        PassAlive(client, Math.Ceiling(err.RetryAfterMs / 1000.0));
        Assert.True((await client.AskAsync(new() { Next = new() })).SyncPage.Synced);
    }

    [Fact]
    public async Task Requests_that_wait_for_their_turn_are_bounded_in_bytes()
    {
        using var gateway = new GatewayHarness(options => options.QueueHardBytes = 1_024);
        var client = await gateway.ConnectAsync(await gateway.NewUserAsync("bert"));
        client.Link.Stall();
        client.Session.Queue.Add(new ServerFrame { Err = new() { Message = new('x', 2_000) } });
        client.Session.ReadGate.SetQueueIsFull(false);
        var parts = 0;
        for (; client.Session.ReadGate.IsOpen; parts++)
        {
            Assert.True(parts < 20, "The socket is read on.");
            await client.AskWithoutAnswerAsync(new() { Sync = Part(1_000, more: true) });
        }

        Assert.InRange(client.Session.HeldBytes, 128 * 1024, 1_000_000);
        client.Link.Resume();
        await Eventually.TrueAsync(() => client.Session.ReadGate.IsOpen, "the socket to be read again");
    }

    private static Sync Part(int positions, bool more)
    {
        var part = new Sync { Mode = SyncMode.Listed, More = more };
        part.Positions.Add(
            Enumerable
                .Range(0, positions)
                .Select(_ => new Position { Conversation = ConversationId.NewRandom().ToString(), Seq = 1 })
        );
        return part;
    }

    private static Task WrittenAsync(TestClient client) =>
        Eventually.TrueAsync(() => client.Link.Activity.WritingSince == 0, "the end of the write");

    private void PassAlive(TestClient client, double seconds) =>
        _gateway.Pass(TimeSpan.FromSeconds(seconds), () => client.Link.Activity.Received(messageIsOpen: false));
}
