using System.Text;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Protocol;
using Connect.Protocol.Frames;
using Xunit;
using Entry = Connect.Contracts.Conversations.Entry;
using EntryKind = Connect.Contracts.Conversations.EntryKind;

namespace Connect.Tests.Gateway;

/// <summary>
/// Whatever waits for a client that stalled goes out in messages it may take. The harness checks the same of every
/// message in every other test.
/// </summary>
public sealed class ReceiverContractTests : IDisposable
{
    private readonly GatewayHarness _gateway = new();
    private readonly UserId _anna = UserId.NewRandom();

    public void Dispose() => _gateway.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Many_small_entries_go_out_in_messages_of_no_more_frames_than_allowed(bool json)
    {
        var client = await StalledAsync(json);
        var conversation = ConversationId.NewRandom();
        var count = 0;
        while (client.Session.Queue.Bytes < 250_000)
        {
            Deliver(conversation, ++count, "ok");
        }

        Assert.True(count > ProtocolLimits.FramesPerMessage);
        await WrittenAsync(client);
        Assert.Equal(
            Enumerable.Range(1, count),
            client.Frames.SelectMany(each => each.Entries?.Entries_ ?? []).Select(each => (int)each.Seq)
        );
    }

    [Theory]
    [InlineData(true, 1_000)]
    [InlineData(false, 1_000)]
    [InlineData(true, 10_000)]
    public async Task What_was_coalesced_goes_out_in_messages_of_no_more_bytes_than_allowed(bool json, int each)
    {
        _gateway.Options.QueueHints = each;
        var client = await StalledAsync(json);
        var filler = ConversationId.NewRandom();
        for (var seq = 1; client.Session.Queue.Bytes <= _gateway.Options.QueueHardBytes; seq++)
        {
            Deliver(filler, seq, new string('x', 8000));
        }

        var others = Enumerable.Range(0, each - 1).Select(_ => ConversationId.NewRandom()).ToList();
        foreach (var conversation in others)
        {
            Deliver(conversation, 1_000_000, "text");
            _gateway.Delivery.Deliver([
                Publication.OfReceipts(
                    conversation,
                    1_000_000,
                    [new(UserId.NewRandom(), 1_000_000, 1_000_000)],
                    [new EntryCounts(1_000_000, 100, 100)],
                    [_anna]
                ),
                Publication.OfNotice(conversation, ConversationNotice.Changed, [_anna]),
            ]);
        }

        var held = client.Session.HeldBytes;
        Assert.True(held > client.Session.Queue.Bytes + (100L * each), "What is coalesced is not counted.");
        Assert.True(client.Session.Pushes.IsLive);
        await WrittenAsync(client);
        Assert.Equal(
            others.Select(other => other.ToString()).ToHashSet(),
            client.Frames.SelectMany(frame => frame.Hint?.Hints_ ?? []).Select(hint => hint.Conversation).ToHashSet()
        );
        Assert.Equal(others.Count, client.Frames.Count(frame => frame.Conversation is not null));
        Assert.Equal(2 * others.Count, client.Frames.Sum(frame => frame.Receipts?.Receipts_.Count ?? 0));
    }

    [Fact]
    public async Task Presence_of_more_users_than_a_frame_holds_comes_in_several()
    {
        var client = await _gateway.ConnectLiveAsync(_anna, FrameCodec.Json);
        var users = Enumerable
            .Range(0, 10_000)
            .Select(_ => new Connect.Protocol.V1.PresenceState { User = UserId.NewRandom().ToString(), Online = true })
            .ToList();
        client.Session.Queue.AddPresence(users);
        await WrittenAsync(client);
        Assert.Equal(users.Count, client.Frames.Sum(frame => frame.Presence?.Users.Count ?? 0));
    }

    [Fact]
    public async Task One_whose_pushes_cannot_be_written_is_cut_and_not_left_waiting_for_ever()
    {
        var client = await StalledAsync(json: false);
        for (var seq = 1; client.Session.Queue.Bytes <= _gateway.Options.QueueHardBytes; seq++)
        {
            Deliver(ConversationId.NewRandom(), seq, new string('x', 8000));
        }

        Deliver(ConversationId.NewRandom(), 1, "a hint by now");
        client.Link.FailsToEncode = true;
        client.Link.Resume();
        await Eventually.TrueAsync(() => client.Link.IsAborted, "the end of the connection");
        Assert.Equal(0, client.Session.Queue.Bytes);
    }

    private async Task<TestClient> StalledAsync(bool json)
    {
        var client = await _gateway.ConnectLiveAsync(_anna, json ? FrameCodec.Json : FrameCodec.Protobuf);
        await Eventually.TrueAsync(() => client.Session.Queue.IsEmpty, "an empty queue");
        client.Link.Stall();
        return client;
    }

    private static async Task WrittenAsync(TestClient client)
    {
        client.Link.Resume();
        await Eventually.TrueAsync(() => client.Session.Queue.IsEmpty || client.Link.IsAborted, "all to be written");
        Assert.Null(client.Link.Violation);
        Assert.False(client.Link.IsAborted);
    }

    private void Deliver(ConversationId conversation, long seq, string text) =>
        _gateway.Delivery.Deliver([
            new(
                conversation,
                seq,
                [
                    new Entry(
                        seq,
                        1,
                        EntryKind.Message,
                        UserId.NewRandom(),
                        TestClient.NewCid(),
                        Encoding.UTF8.GetBytes(text),
                        seq
                    ),
                ],
                [],
                [],
                [_anna]
            ),
        ]);
}
