using Connect.Client;
using Connect.Client.Stores;
using Xunit;
using Wire = Connect.Protocol.V1;

namespace Connect.Tests.Client;

/// <summary>Sending through losses, refusals and restarts.</summary>
public sealed class OutboxTests : IDisposable
{
    private const Wire.ClientFrame.BodyOneofCase Send = Wire.ClientFrame.BodyOneofCase.Send;

    private readonly string _folder = Path.Combine(Path.GetTempPath(), "connect-" + Path.GetRandomFileName());

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_message_whose_answer_was_lost_is_sent_again_under_the_same_cid_and_is_there_once()
    {
        await using var harness = await ClientHarness.LiveAsync();
        harness.Server.Intercept = (session, frame) =>
        {
            if (frame.BodyCase != Send)
            {
                return false;
            }

            harness.Server.Pushes = _ => false;
            // Committed, but the answer never arrives; and the sync after it does not show it either.
            harness.Server.Intercept = (_, later) => later.BodyCase == Wire.ClientFrame.BodyOneofCase.Sync;
            harness.Server.Answer(new FakeSession(harness.Server), frame);
            session.Break();
            return true;
        };
        var sending = harness.Room.SendAsync("once", Cancelled);
        await harness.Advance(() => sending.IsCompleted, "the message to be sent");
        var sent = await sending;
        Assert.True(sent.Duplicate);
        Assert.Equal(1, sent.Seq);
        Assert.Equal(2, harness.Sends().Count);
        Assert.Single(harness.Sends().Select(send => send.Cid).Distinct());
        Assert.Single(harness.Server.Log(FakeServer.Room));
    }

    [Fact]
    public async Task A_text_that_no_server_takes_never_waits_in_the_outbox()
    {
        await using var harness = await ClientHarness.LiveAsync();
        foreach (
            var (text, code) in new[]
            {
                ("half \ud83d of one", ErrorCode.Invalid),
                ("\ude00\ud83d", ErrorCode.Invalid),
                (new string('x', 7_998) + "€", ErrorCode.TooLarge),
            }
        )
        {
            var refused = await Assert.ThrowsAsync<ConnectException>(() =>
                harness.Room.EnqueueAsync(text, cancellationToken: Cancelled)
            );
            Assert.Equal((code, false), (refused.Code, refused.Retryable));
            Assert.Empty(await harness.Client.OutgoingAsync(Cancelled));
        }

        await harness.Room.SendAsync(new string('x', 7_997) + "€", Cancelled);
        Assert.Single(harness.Sends());
    }

    [Fact]
    public async Task An_entry_whose_cid_is_in_the_outbox_counts_as_sent()
    {
        await using var harness = await ClientHarness.LiveAsync();
        harness.Server.Intercept = (session, frame) =>
        {
            if (frame.BodyCase != Send)
            {
                return false;
            }

            harness.Server.Pushes = _ => false;
            harness.Server.Intercept = (_, later) => later.BodyCase == Send;
            harness.Server.Answer(new FakeSession(harness.Server), frame);
            session.Break();
            return true;
        };
        var sending = harness.Room.SendAsync("once", Cancelled);
        await harness.Advance(() => sending.IsCompleted, "the entry to be seen in the sync");
        Assert.Equal(1, (await sending).Seq);
        await harness.Until(() => harness.Seqs.Count == 1, "the event of it");
        Assert.Empty(await harness.Client.OutgoingAsync(Cancelled));
    }

    [Fact]
    public async Task After_a_passing_refusal_the_order_holds()
    {
        await using var harness = await ClientHarness.LiveAsync();
        var refusals = 3;
        harness.Server.Intercept = (session, frame) =>
        {
            if (frame.BodyCase != Send || frame.Send.Text != "m2" || refusals-- <= 0)
            {
                return false;
            }

            var error = FakeServer.Error(ErrorCode.Unavailable, TimeSpan.FromSeconds(2));
            error.Id = frame.Id;
            session.Push(error);
            return true;
        };
        var handles = new List<OutgoingMessage>();
        for (var index = 0; index < 8; index++)
        {
            handles.Add(await harness.Room.EnqueueAsync($"m{index}", cancellationToken: Cancelled));
        }

        await harness.Advance(() => handles.All(handle => handle.State == OutgoingState.Sent), "all to be sent");
        Assert.Equal(
            Enumerable.Range(0, 8).Select(index => $"m{index}"),
            harness.Server.Log(FakeServer.Room).Select(entry => entry.Text)
        );
        var seconds = harness.Sends().Where(send => send.Text == "m2").ToList();
        Assert.Equal(4, seconds.Count);
        Assert.All(seconds.Skip(1), send => Assert.Equal("", send.After));
    }

    [Fact]
    public async Task A_cid_whose_time_is_far_off_is_replaced_before_its_first_transmission_only()
    {
        await using var harness = new ClientHarness();
        harness.Server.ClockAhead = TimeSpan.FromHours(5);
        var handle = await harness.Room.EnqueueAsync("early", cancellationToken: Cancelled);
        var before = handle.Cid;
        harness.Server.Intercept = (session, frame) =>
        {
            if (frame.BodyCase == Send)
            {
                // Transmitted, and lost before the server saw it.
                harness.Server.Intercept = null;
                harness.Server.ClockAhead = TimeSpan.FromHours(50);
                session.Break();
                return true;
            }

            return false;
        };
        await harness.Client.ConnectAsync(Cancelled);
        await harness.Advance(() => handle.State == OutgoingState.Sent, "the message to be sent");
        var cids = harness.Sends().Select(send => send.Cid).ToList();
        Assert.Equal(2, cids.Count);
        Assert.NotEqual(before, cids[0]);
        Assert.Equal(cids[0], cids[1]);
        Assert.Equal(cids[0], handle.Cid);
        var drift = TimeOf(cids[0]) - (harness.Time.GetUtcNow() + TimeSpan.FromHours(5));
        Assert.InRange(drift.Duration(), TimeSpan.Zero, TimeSpan.FromMinutes(2));
    }

    [Fact]
    public async Task A_clock_that_is_set_while_connected_counts_from_the_next_ping_on_for_changes_of_groups_too()
    {
        await using var harness = await ClientHarness.LiveAsync();
        harness.Server.ClockAhead = TimeSpan.FromDays(3);
        var before = harness.Server.ReceivedOf(Wire.ClientFrame.BodyOneofCase.Pong).Count;
        harness.Server.Session.Push(new() { Ping = new() { Time = harness.Server.Now } });
        await harness.Until(
            () => harness.Server.ReceivedOf(Wire.ClientFrame.BodyOneofCase.Pong).Count > before,
            "the answer to a ping"
        );
        var handle = await harness.Room.EnqueueAsync("later", cancellationToken: Cancelled);
        foreach (var cid in new[] { handle.Cid, harness.Client.NewKey() })
        {
            var drift = TimeOf(cid) - (harness.Time.GetUtcNow() + TimeSpan.FromDays(3));
            Assert.InRange(drift.Duration(), TimeSpan.Zero, TimeSpan.FromMinutes(2));
        }
    }

    [Fact]
    public async Task Too_old_after_an_unanswered_transmission_is_perhaps_not_sent()
    {
        await using var harness = await ClientHarness.LiveAsync();
        harness.Server.Intercept = (session, frame) =>
        {
            if (frame.BodyCase != Send)
            {
                return false;
            }

            if (harness.Sends().Count == 1)
            {
                session.Break();
                return true;
            }

            var error = FakeServer.Error(ErrorCode.TooOld);
            error.Id = frame.Id;
            session.Push(error);
            return true;
        };
        var handle = await harness.Room.EnqueueAsync("old", cancellationToken: Cancelled);
        await harness.Advance(() => handle.State == OutgoingState.Failed, "the refusal");
        var error = await Assert.ThrowsAsync<ConnectException>(() => handle.Sent);
        Assert.Equal(ErrorCode.TooOld, error.Code);
        Assert.True(error.PerhapsSent);
    }

    [Fact]
    public async Task Cancelling_the_wait_leaves_the_message_in_the_outbox()
    {
        await using var harness = new ClientHarness();
        using var cancel = new CancellationTokenSource();
        var sending = harness.Room.SendAsync("stays", cancel.Token);
        IReadOnlyList<OutgoingMessage> waiting = [];
        while (waiting.Count == 0)
        {
            waiting = await harness.Client.OutgoingAsync(Cancelled);
        }

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        await harness.ConnectAsync();
        await harness.Until(() => harness.Server.Log(FakeServer.Room).Count == 1, "the message to be sent");
    }

    [Fact]
    public async Task Only_a_message_never_transmitted_can_be_discarded()
    {
        await using var harness = new ClientHarness();
        var first = await harness.Room.EnqueueAsync("first", cancellationToken: Cancelled);
        var second = await harness.Room.EnqueueAsync("second", cancellationToken: Cancelled);
        Assert.True(await harness.Client.DiscardAsync(second, Cancelled));
        Assert.Equal(OutgoingState.Failed, second.State);
        harness.Server.Intercept = (_, frame) => frame.BodyCase == Send;
        await harness.ConnectAsync();
        await harness.Until(() => harness.Sends().Count == 1, "the first to be transmitted");
        Assert.False(await harness.Client.DiscardAsync(first, Cancelled));
        Assert.Equal("first", harness.Sends()[0].Text);
    }

    [Fact]
    public async Task No_more_requests_are_in_flight_than_the_server_allows()
    {
        await using var harness = new ClientHarness();
        harness.Server.InFlightLimit = 10;
        var held = new List<Wire.ClientFrame>();
        harness.Server.Intercept = (_, frame) =>
        {
            if (frame.BodyCase == Send)
            {
                held.Add(frame);
                return true;
            }

            return false;
        };
        await harness.ConnectAsync();
        for (var index = 0; index < 30; index++)
        {
            await harness.Room.EnqueueAsync($"m{index}", cancellationToken: Cancelled);
        }

        await harness.Until(() => harness.Sends().Count >= 9, "the window to be full");
        await harness.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(9, harness.Sends().Count);
        harness.Server.Intercept = null;
        foreach (var frame in held.ToArray())
        {
            harness.Server.Answer(harness.Server.Session, frame);
        }

        await harness.Until(() => harness.Server.Log(FakeServer.Room).Count == 30, "the rest");
    }

    [Fact]
    public async Task A_full_outbox_refuses_the_next_message()
    {
        await using var harness = new ClientHarness(configure: options => options with { OutboxLimit = 2 });
        await harness.Room.EnqueueAsync("1", cancellationToken: Cancelled);
        await harness.Room.EnqueueAsync("2", cancellationToken: Cancelled);
        var error = await Assert.ThrowsAsync<ConnectException>(() =>
            harness.Room.EnqueueAsync("3", cancellationToken: Cancelled)
        );
        Assert.Equal(ErrorCode.Overloaded, error.Code);
        Assert.True(error.Retryable);
    }

    [Fact]
    public async Task A_later_process_sends_what_an_earlier_one_left_under_the_same_cid()
    {
        string cid;
        await using (var store = new FileConnectStore(_folder))
        await using (var harness = new ClientHarness(store))
        {
            harness.Server.Intercept = (_, frame) => frame.BodyCase == Send;
            var handle = await harness.Room.EnqueueAsync("left", cancellationToken: Cancelled);
            await harness.ConnectAsync();
            await harness.Until(() => harness.Sends().Count == 1, "the transmission");
            cid = handle.Cid;
        }

        await using var again = new FileConnectStore(_folder);
        Assert.True(Assert.Single((await again.LoadAsync(Cancelled)).Outbox).Transmitted);
        await using var later = new ClientHarness(again);
        await later.ConnectAsync();
        await later.Until(() => later.Server.Log(FakeServer.Room).Count == 1, "the message");
        Assert.Equal(cid, later.Server.Log(FakeServer.Room)[0].Cid);
        await later.Client.OutgoingAsync(Cancelled);
        Assert.Empty((await again.LoadAsync(Cancelled)).Outbox);
    }

    [Fact]
    public async Task That_a_message_is_transmitted_is_durable_before_it_is()
    {
        var store = new WatchedStore();
        await using var harness = new ClientHarness(store);
        harness.Server.Intercept = (_, frame) =>
        {
            if (frame.BodyCase == Send)
            {
                Assert.Contains(store.Durable, message => message.Cid == frame.Send.Cid && message.Transmitted);
                store.Checked++;
            }

            return false;
        };
        await harness.ConnectAsync();
        for (var index = 0; index < 5; index++)
        {
            await harness.Room.SendAsync($"m{index}", Cancelled);
        }

        Assert.Equal(5, store.Checked);
    }

    [Fact]
    public async Task A_store_that_fails_stops_the_client_and_sends_nothing()
    {
        var store = new WatchedStore();
        await using var harness = new ClientHarness(store);
        await harness.ConnectAsync();
        store.Broken = true;
        await Assert.ThrowsAsync<ConnectException>(() => harness.Room.SendAsync("lost?", Cancelled));
        await harness.Until(() => harness.Client.State == ConnectionState.Offline, "the client to stop");
        Assert.Empty(harness.Sends());
        await Assert.ThrowsAsync<ConnectException>(() => harness.Client.ConnectAsync(Cancelled));
    }

    private static DateTimeOffset TimeOf(string cid) =>
        DateTimeOffset.FromUnixTimeMilliseconds(
            Convert.ToInt64(cid.Replace("-", "", StringComparison.Ordinal)[..12], 16)
        );

    /// <summary>Knows what was made durable, and can fail.</summary>
    private sealed class WatchedStore : IConnectStore
    {
        private readonly MemoryConnectStore _inner = new();
        private readonly List<OutboxMessage> _soft = [];

        public List<OutboxMessage> Durable { get; } = [];

        public int Checked { get; set; }

        public bool Broken { get; set; }

        public bool KeepsEntries => false;

        public ValueTask<StoredState> LoadAsync(CancellationToken cancellationToken) =>
            _inner.LoadAsync(cancellationToken);

        public ValueTask SaveAsync(StoreBatch batch, bool durable, CancellationToken cancellationToken)
        {
            if (Broken)
            {
                throw new IOException("The disk is full.");
            }

            _soft.AddRange(batch.Outbox);
            if (durable)
            {
                Durable.AddRange(_soft);
                _soft.Clear();
            }

            return _inner.SaveAsync(batch, durable, cancellationToken);
        }

        public ValueTask<IReadOnlyList<LogItem>> ReadAsync(
            string conversation,
            long after,
            int limit,
            CancellationToken cancellationToken
        ) => _inner.ReadAsync(conversation, after, limit, cancellationToken);

        public ValueTask DisposeAsync() => _inner.DisposeAsync();
    }
}
