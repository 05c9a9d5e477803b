using System.Diagnostics.Metrics;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Conversations.Sending;
using Connect.Gateway.Metrics;
using Connect.Protocol;
using Connect.Protocol.V1;
using Connect.Server.Metrics;
using Connect.Tests.Gateway;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Xunit;

namespace Connect.Tests.Metrics;

/// <summary>What a node counts while people chat, come back and are too slow.</summary>
public sealed class GatewayMetricsTests : IDisposable
{
    private readonly GatewayHarness _gateway = new(options => options.QueueHints = 1);
    private readonly List<IDisposable> _collectors = [];

    public void Dispose()
    {
        _collectors.ForEach(each => each.Dispose());
        _gateway.Dispose();
    }

    [Fact]
    public async Task Who_missed_nothing_comes_back_without_a_read_of_the_store_and_who_missed_something_with_one()
    {
        var reads = Collect<long>("connect.store.reads");
        var resumed = Collect<long>("connect.sessions.resumed");
        var (anna, bert, conversation) = await PairAsync();
        var device = DeviceId.NewRandom();
        var phone = await _gateway.ConnectAsync(bert, device);
        await phone.SyncAsync();
        var before = Total(reads);
        Assert.True(before > 0, "The first sync read nothing.");
        Assert.Equal(1, Total(resumed, ("result", "no")));
        phone.Session.End();

        var back = await ReturnAsync(phone.Session.Id, bert, device, conversation, 1);
        Assert.Equal(1, Total(resumed, ("result", "full")));
        Assert.Equal(before, Total(reads));
        back.Session.End();

        Write(conversation, anna, bert, 2);
        var again = await ReturnAsync(back.Session.Id, bert, device, conversation, 1);
        Assert.Equal(1, Total(resumed, ("result", "partial")));
        Assert.Equal(before, Total(reads));
        await again.SyncAsync(SyncMode.Listed, new Position { Conversation = conversation.ToString(), Seq = 1 });
        Assert.Equal(before + 1, Total(reads));
        // The last read was of what the device lacked.
        Assert.Equal("sync", reads.LastMeasurement!.Tags["kind"]);
    }

    [Fact]
    public async Task Connections_are_counted_while_they_are_there_and_their_ends_by_code()
    {
        var active = Collect<long>("connect.connections.active");
        var closed = Collect<long>("connect.sessions.closed");
        var (anna, bert, _) = await PairAsync();
        var left = await _gateway.ConnectAsync(anna, DeviceId.NewRandom());
        var cut = await _gateway.ConnectAsync(bert, DeviceId.NewRandom());
        Assert.Equal(2, Total(active));

        left.Session.Leave();
        left.Session.End();
        cut.Session.End();
        cut.Session.End();
        Assert.Equal(0, Total(active));
        Assert.Equal(1, Total(closed, ("code", 1000)));
        Assert.Equal(1, Total(closed, ("code", 1006)));
        Assert.Equal(2, Total(closed));

        var broken = _gateway.Dial();
        broken.Session.Break(new(ErrorCode.BadFrame, "a test"));
        broken.Session.End();
        Assert.Equal(1, Total(closed, ("code", (int)CloseCode.BadProtocol)));
        Assert.Equal(0, Total(active));
    }

    [Fact]
    public async Task A_message_is_counted_once_however_often_it_is_sent()
    {
        var accepted = Collect<long>("connect.messages.accepted");
        var duration = Collect<double>("connect.send.duration");
        var anna = await _gateway.NewUserAsync("anna");
        var bert = await _gateway.NewUserAsync("bert");
        var sender = await _gateway.ConnectLiveAsync(anna);
        _gateway.Conversations.BeforeAppend = _ =>
        {
            _gateway.Time.Advance(TimeSpan.FromMilliseconds(40));
            return Task.CompletedTask;
        };
        await sender.AnswerAsync(await sender.SendAsync("hello", bert));
        Assert.Equal(1, Total(accepted));
        Assert.Equal(0.04, Assert.Single(duration.GetMeasurementSnapshot()).Value, 0.001);

        _gateway.Conversations.Answer = _ => new([new(AppendStatus.Duplicate, 1, 1)]);
        Assert.Equal(1UL, (await sender.AnswerAsync(await sender.SendAsync("hello", bert))).Sent.Seq);
        _gateway.Conversations.Answer = _ => new([new(AppendStatus.Forbidden, 0, 0)]);
        Assert.NotNull((await sender.AnswerAsync(await sender.SendAsync("hello", bert))).Err);
        Assert.Equal(1, Total(accepted));
        Assert.Single(duration.GetMeasurementSnapshot());
    }

    [Fact]
    public async Task Deliveries_count_entries_for_each_socket_and_pages_each_page()
    {
        var deliveries = Collect<long>("connect.deliveries");
        var pages = Collect<long>("connect.sync.pages");
        var (anna, bert, conversation) = await PairAsync();
        var phone = await _gateway.ConnectLiveAsync(bert);
        var laptop = await _gateway.ConnectLiveAsync(bert);
        Assert.Equal(2, Total(pages));
        Write(conversation, anna, bert, 2, 3);
        await phone.PushAsync(ServerFrame.BodyOneofCase.Entries);
        await laptop.PushAsync(ServerFrame.BodyOneofCase.Entries);
        Assert.Equal(4, Total(deliveries));
    }

    [Fact]
    public async Task What_a_slow_reader_is_not_told_is_counted_by_its_class()
    {
        var dropped = Collect<long>("connect.events.dropped");
        var (anna, bert, conversation) = await PairAsync();
        var phone = await _gateway.ConnectLiveAsync(bert);
        phone.Link.Stall();
        // More than the hard limit of the queue waits.
        for (var i = 0; phone.Session.Queue.Bytes <= _gateway.Options.QueueHardBytes; i++)
        {
            phone.Session.Queue.Add(new() { Err = new() { Message = new('x', 10_000) } });
        }

        Assert.False(phone.Session.Queue.TryAddTyping(new() { Typing = new() }));
        Write(conversation, anna, bert, 2);
        Assert.Equal(1, Total(dropped, ("class", "typing")));
        Assert.Equal(1, Total(dropped, ("class", "entries")));
        Assert.Equal(0, Total(dropped, ("class", "all")));

        // One hint is all there is room for.
        var (carl, _, other) = await PairAsync(bert);
        Write(other, carl, bert, 2);
        Assert.Equal(1, Total(dropped, ("class", "all")));
        phone.Link.Abort();
        phone.Session.End();
    }

    [Fact]
    public async Task What_waits_for_sockets_is_told_when_somebody_asks_together_and_of_the_one_with_most()
    {
        using var together = new MetricCollector<long>(Gauge("connect.queues.bytes"));
        using var largest = new MetricCollector<long>(Gauge("connect.queues.largest"));
        Assert.Equal((0, 0), (Now(together), Now(largest)));
        var (anna, bert, _) = await PairAsync();
        foreach (var (user, bytes) in new[] { (anna, 1_000), (bert, 5_000) })
        {
            var client = await _gateway.ConnectLiveAsync(user);
            client.Link.Stall();
            client.Session.Queue.Add(new() { Err = new() { Message = new('x', bytes) } });
        }

        Assert.InRange(Now(largest), 5_000, 5_100);
        Assert.InRange(Now(together), 6_000, 6_200);
    }

    private static long Now(MetricCollector<long> collector)
    {
        collector.RecordObservableInstruments();
        return collector.LastMeasurement!.Value;
    }

    private ObservableInstrument<long> Gauge(string name) => (ObservableInstrument<long>)_gateway.Metrics.Find(name);

    private static long Total(MetricCollector<long> collector, params (string Tag, object Value)[] tags) =>
        collector
            .GetMeasurementSnapshot()
            .Where(each => tags.All(tag => Equals(each.Tags.GetValueOrDefault(tag.Tag), tag.Value)))
            .Sum(each => each.Value);

    private MetricCollector<T> Collect<T>(string instrument)
        where T : struct
    {
        // The instruments of this node alone: other tests run beside this one.
        object[] owners =
        [
            _gateway.Get<GatewayMetrics>(),
            _gateway.Get<SendMetrics>(),
            _gateway.Get<StoreReadMetrics>(),
        ];
        var found = owners.SelectMany(MeterInstruments.All).Single(each => each.Name == instrument);
        var collector = new MetricCollector<T>((Instrument<T>)found);
        _collectors.Add(collector);
        return collector;
    }

    private async Task<(UserId Writer, UserId Reader, ConversationId Conversation)> PairAsync(UserId reader = default)
    {
        var writer = await _gateway.NewUserAsync($"writer-{Guid.NewGuid():N}");
        reader = reader.IsNone ? await _gateway.NewUserAsync($"reader-{Guid.NewGuid():N}") : reader;
        var conversation = _gateway.Keys.Derive(writer, reader);
        Write(conversation, writer, reader, 1);
        return (writer, reader, conversation);
    }

    private void Write(ConversationId conversation, UserId from, UserId to, params long[] seqs)
    {
        foreach (var seq in seqs)
        {
            _gateway.Conversations.Write(conversation, from, to, $"message {seq}");
        }
    }

    private async Task<TestClient> ReturnAsync(
        SessionId before,
        UserId user,
        DeviceId device,
        ConversationId conversation,
        long seq
    )
    {
        var hello = new Hello
        {
            Token = _gateway.NewToken(user, device),
            DeviceId = device.ToString(),
            Resume = new() { Session = before.ToString(), Incarnation = _gateway.Partition.Incarnation },
        };
        hello.Resume.Heads.Add(new Position { Conversation = conversation.ToString(), Seq = (ulong)seq });
        var client = _gateway.Dial();
        Assert.NotNull((await client.AskAsync(new() { Hello = hello })).Welcome);
        return client;
    }
}
