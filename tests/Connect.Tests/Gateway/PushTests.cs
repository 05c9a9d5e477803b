using System.Runtime.InteropServices;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Gateway.Sessions;
using Connect.Protocol.Frames;
using Connect.Protocol.V1;
using Xunit;
using Entry = Connect.Contracts.Conversations.Entry;
using EntryKind = Connect.Contracts.Conversations.EntryKind;

namespace Connect.Tests.Gateway;

/// <summary>The queue of a session, stage by stage.</summary>
public sealed class PushTests : IDisposable
{
    private readonly GatewayHarness _gateway = new(options =>
    {
        options.QueueSoftBytes = 10_000;
        options.QueueHardBytes = 50_000;
        options.QueueHints = 10;
    });

    private readonly UserId _anna = UserId.NewRandom();
    private readonly ConversationId _conversation = ConversationId.NewRandom();

    public void Dispose() => _gateway.Dispose();

    [Fact]
    public async Task Everything_waiting_goes_out_in_one_flush()
    {
        var client = await StalledAsync();
        for (var seq = 1; seq <= 10; seq++)
        {
            Deliver(_conversation, seq, "text");
        }

        var before = client.Link.Messages.Count;
        client.Link.Resume();
        await SeqsAsync(client, 10);
        Assert.Equal(Enumerable.Range(1, 10), Seqs(client));

        // The message that was stalled, and one with all the rest.
        Assert.InRange(client.Link.Messages.Count - before, 1, 2);
    }

    [Fact]
    public async Task A_flush_has_a_limit()
    {
        using var gateway = new GatewayHarness(options =>
        {
            options.QueueHardBytes = 10_000_000;
            options.FlushBytes = 20_000;
        });
        var client = await gateway.ConnectLiveAsync(_anna);
        client.Link.Stall();
        for (var seq = 1; seq <= 30; seq++)
        {
            gateway.Delivery.Deliver([Make(_conversation, seq, new('x', 5000))]);
        }

        client.Link.Resume();
        await SeqsAsync(client, 30);
        Assert.All(client.Link.Messages, size => Assert.InRange(size, 1, 20_000));
        Assert.InRange(client.Link.Messages.Count, 10, 14);
    }

    [Fact]
    public async Task Above_the_soft_limit_receipts_are_coalesced_and_the_last_wins()
    {
        var client = await StalledAsync();
        var bert = UserId.NewRandom();
        DeliverReceipt(bert, 1, 0);
        Deliver(_conversation, 1, new('x', 8000));
        Deliver(_conversation, 2, new('x', 8000));
        for (var seq = 2; seq <= 50; seq++)
        {
            DeliverReceipt(bert, seq, seq - 1);
        }

        client.Link.Resume();
        await EmptyAsync(client);
        Assert.Equal(
            [(1ul, 0ul), (50ul, 49ul)],
            client.Frames.SelectMany(each => each.Receipts?.Receipts_ ?? []).Select(each => (each.Delivered, each.Read))
        );
    }

    [Fact]
    public async Task Above_the_hard_limit_entries_become_one_hint_per_conversation()
    {
        var client = await StalledAsync();
        for (var seq = 1; seq <= 20; seq++)
        {
            Deliver(_conversation, seq, new('x', 8000));
        }

        Assert.InRange(client.Session.Queue.Bytes, 50_000, 70_000);
        Assert.False(client.Session.ReadGate.IsOpen);
        client.Link.Resume();
        await EmptyAsync(client);

        var pushed = Seqs(client).Max();
        Assert.InRange(pushed, 6, 8);
        var hint = Assert.Single(client.Frames.SelectMany(each => each.Hint?.Hints_ ?? []));
        Assert.Equal((_conversation.ToString(), 20ul), (hint.Conversation, hint.Head));
        Assert.True(client.Session.Pushes.IsLive);
        Assert.True(client.Session.ReadGate.IsOpen);

        Deliver(_conversation, 21, "text");
        await Eventually.TrueAsync(() => Seqs(client).Contains(21), "the entry after the hint");
    }

    [Fact]
    public async Task With_too_many_hints_the_session_lags_until_it_syncs_again()
    {
        var client = await StalledAsync();
        Fill(client);
        for (var i = 0; i < 11; i++)
        {
            Deliver(ConversationId.NewRandom(), 1, "text");
        }

        Assert.False(client.Session.Pushes.IsLive);
        Deliver(ConversationId.NewRandom(), 1, "text");
        client.Link.Resume();
        await client.PushAsync(ServerFrame.BodyOneofCase.Lagging);
        await EmptyAsync(client);
        Assert.DoesNotContain(client.Frames, each => each.Hint is not null);
        Assert.Single(client.Frames, each => each.Lagging is not null);

        var before = Seqs(client).Count();
        Deliver(_conversation, 500, "text");
        await EmptyAsync(client);
        Assert.Equal(before, Seqs(client).Count());
        await client.SyncAsync();
        Deliver(_conversation, 501, "text");
        await Eventually.TrueAsync(() => Seqs(client).Contains(501), "a push after the new sync");
    }

    [Fact]
    public async Task A_reader_without_any_progress_for_30_seconds_is_a_slow_consumer()
    {
        var client = await StalledAsync();
        Fill(client);
        await Eventually.TrueAsync(() => client.Link.Activity.WritingSince != 0, "a write under way");
        PassAlive(client, 25);
        client.Link.Activity.WriteMoved();
        PassAlive(client, 29);
        Assert.Equal(SessionOpen, client.Session.Stage);
        PassAlive(client, 8);
        Assert.NotEqual(SessionOpen, client.Session.Stage);
        PassAlive(client, 3);
        Assert.True(client.Link.IsAborted);
    }

    [Fact]
    public async Task Pages_wait_until_the_queue_has_room()
    {
        var client = await StalledAsync();
        Fill(client);
        var reads = client.NextId();
        await client.ReceiveAsync(new ClientFrame { Id = reads, Conversations = new() });
        Assert.Equal(1, client.Session.ReadGate.Requests);
        client.Link.Resume();
        Assert.NotNull((await client.AnswerAsync(reads)).Conversations);
    }

    [Fact]
    public async Task Without_memory_pages_wait_and_entries_become_hints_from_the_soft_limit_on()
    {
        var client = await StalledAsync();
        for (var seq = 1; client.Session.Queue.Bytes <= _gateway.Options.QueueSoftBytes; seq++)
        {
            Deliver(_conversation, seq, new('x', 1000));
        }

        var before = client.Session.Queue.Bytes;
        Assert.True(before < _gateway.Options.QueueHardBytes);
        Assert.True(client.Session.ReadGate.IsOpen);
        _gateway.Load.IsOverloaded = true;
        var asked = client.NextId();
        await client.ReceiveAsync(new ClientFrame { Id = asked, Conversations = new() });
        Deliver(_conversation, 100, new('x', 1000));
        Assert.Equal(before, client.Session.Queue.Bytes);
        Assert.False(client.Session.ReadGate.IsOpen);

        // It reads: all comes, though there is no more memory than before.
        client.Link.Resume();
        Assert.NotNull((await client.AnswerAsync(asked)).Conversations);
        await EmptyAsync(client);
        Assert.Equal(100ul, Assert.Single(client.Frames.SelectMany(each => each.Hint?.Hints_ ?? [])).Head);
        Assert.True(client.Session.ReadGate.IsOpen);
        _gateway.Load.IsOverloaded = false;
    }

    [Fact]
    public async Task Receipts_go_only_to_sessions_that_want_them()
    {
        var wants = await _gateway.ConnectAsync(_anna);
        var device = DeviceId.NewRandom();
        var client = _gateway.Dial();
        var hello = new Hello
        {
            Token = _gateway.NewToken(_anna, device),
            Wants = new() { Receipts = false },
        };
        await client.AskAsync(new() { Hello = hello });
        DeliverReceipt(UserId.NewRandom(), 1, 1);

        await wants.PushAsync(ServerFrame.BodyOneofCase.Receipts);
        await EmptyAsync(client);
        Assert.Single(client.Frames);
    }

    [Fact]
    public void A_publication_is_encoded_once_per_encoding_and_shared()
    {
        var session = SessionId.NewRandom();
        var outgoing = new OutgoingPublication(Make(_conversation, 1, "text") with { Origins = [session] });
        foreach (var encoding in new[] { FrameEncoding.Json, FrameEncoding.Protobuf })
        {
            var one = outgoing.EntriesFor(SessionId.NewRandom())[0].Bytes(encoding);
            var other = outgoing.EntriesFor(SessionId.NewRandom())[0].Bytes(encoding);
            Assert.True(MemoryMarshal.TryGetArray(one, out var first));
            Assert.True(MemoryMarshal.TryGetArray(other, out var second));
            Assert.Same(first.Array, second.Array);
        }

        Assert.True(outgoing.EntriesFor(session).IsEmpty);
    }

    [Fact]
    public void A_large_publication_is_cut_into_frames_that_fit_whatever_the_encoding()
    {
        var worst = new string('\u0001', 8000);
        var entries = Enumerable.Range(1, 64).Select(seq => MakeEntry(seq, worst));
        var outgoing = new OutgoingPublication(
            new(_conversation, 64, [.. entries], [.. new SessionId[64]], [], [_anna])
        );
        var frames = outgoing.EntriesFor(SessionId.NewRandom()).ToArray();
        Assert.Equal(
            Enumerable.Range(1, 64).Select(seq => (ulong)seq),
            frames.SelectMany(each => each.Frame.Entries.Entries_).Select(each => each.Seq)
        );
        Assert.All(frames, each => Assert.InRange(each.Bytes(FrameEncoding.Json).Length, 1, 150_000));
    }

    [Fact]
    public async Task Sessions_of_both_encodings_get_the_same_push()
    {
        var json = await _gateway.ConnectLiveAsync(_anna, FrameCodec.Json);
        var protobuf = await _gateway.ConnectLiveAsync(_anna);
        Deliver(_conversation, 1, "Grüße \"😀\"");
        var one = await json.PushAsync(ServerFrame.BodyOneofCase.Entries);
        Assert.Equal(one, await protobuf.PushAsync(ServerFrame.BodyOneofCase.Entries));
        Assert.Equal("Grüße \"😀\"", one.Entries.Entries_[0].Text);
    }

    private static Connect.Gateway.Sessions.SessionStage SessionOpen => Connect.Gateway.Sessions.SessionStage.Open;

    private static Entry MakeEntry(int seq, string text) =>
        new(seq, 1, EntryKind.Message, UserId.NewRandom(), TestClient.NewCid(), Utf8(text), seq);

    private static byte[] Utf8(string text) => System.Text.Encoding.UTF8.GetBytes(text);

    private static IEnumerable<int> Seqs(TestClient client) =>
        client.Frames.SelectMany(each => each.Entries?.Entries_ ?? []).Select(each => (int)each.Seq);

    private static Task SeqsAsync(TestClient client, int count) =>
        Eventually.TrueAsync(() => Seqs(client).Count() == count, $"{count} entries");

    private static Task EmptyAsync(TestClient client) =>
        Eventually.TrueAsync(() => client.Session.Queue.IsEmpty, "an empty queue");

    private Publication Make(ConversationId conversation, int seq, string text) =>
        new(conversation, seq, [MakeEntry(seq, text)], [default], [], [_anna]);

    private void Deliver(ConversationId conversation, int seq, string text) =>
        _gateway.Delivery.Deliver([Make(conversation, seq, text)]);

    private void DeliverReceipt(UserId user, long delivered, long read) =>
        _gateway.Delivery.Deliver([
            new Publication(_conversation, 1, [], [], [new MarkChange(user, delivered, read)], [_anna]),
        ]);

    /// <summary>A live session whose client stopped reading, with one message under way.</summary>
    private async Task<TestClient> StalledAsync()
    {
        var client = await _gateway.ConnectLiveAsync(_anna);
        await EmptyAsync(client);
        client.Link.Stall();
        return client;
    }

    private void Fill(TestClient client)
    {
        for (var seq = 1; client.Session.Queue.Bytes <= _gateway.Options.QueueHardBytes; seq++)
        {
            Deliver(_conversation, seq, new('x', 8000));
        }
    }

    private void PassAlive(TestClient client, double seconds) =>
        _gateway.Pass(TimeSpan.FromSeconds(seconds), () => client.Link.Activity.Received(messageIsOpen: false));
}
