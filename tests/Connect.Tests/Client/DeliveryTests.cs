using Connect.Client;
using Connect.Client.Stores;
using Xunit;
using Wire = Connect.Protocol.V1;

namespace Connect.Tests.Client;

/// <summary>When an entry counts as held, what is told of it, and how events reach the application.</summary>
public sealed class DeliveryTests : IDisposable
{
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
    public async Task Without_an_entry_store_delivered_waits_until_the_application_asks_for_the_next_event()
    {
        await using var harness = new ClientHarness();
        await harness.ConnectAsync();
        harness.Server.Write("one");
        var events = harness.Client.EventsAsync(Cancelled).GetAsyncEnumerator(Cancelled);
        Assert.True(await events.MoveNextAsync());
        await harness.Pass(TimeSpan.FromSeconds(5));
        Assert.Empty(harness.Marks());
        var next = events.MoveNextAsync();
        await harness.Advance(() => harness.Marks().Count == 1, "the mark");
        var mark = Assert.Single(harness.Marks()[0].Marks);
        Assert.Equal((FakeServer.Room, 1UL, 0UL), (mark.Conversation, mark.Delivered, mark.Read));
        harness.Server.Write("two");
        Assert.True(await next);
        await events.DisposeAsync();
    }

    [Fact]
    public async Task With_an_entry_store_delivered_is_told_once_the_entry_is_in_it()
    {
        await using var store = new FileConnectStore(_folder);
        await using var harness = new ClientHarness(store);
        await harness.ConnectAsync();
        harness.Server.Write("one");
        await harness.Advance(() => harness.Marks().Count == 1, "the mark");
        Assert.Equal(1UL, Assert.Single(harness.Marks()[0].Marks).Delivered);
        Assert.Equal(1, Assert.Single((await store.LoadAsync(Cancelled)).Positions).Held);
    }

    [Fact]
    public async Task Own_messages_are_not_marked_as_delivered()
    {
        await using var harness = await ClientHarness.LiveAsync();
        await harness.Room.SendAsync("mine", Cancelled);
        await harness.Until(() => harness.Seqs.Count == 1, "the event");
        await harness.Pass(TimeSpan.FromSeconds(5));
        Assert.Empty(harness.Marks());
    }

    [Fact]
    public async Task Delivered_is_told_at_most_once_a_second()
    {
        await using var harness = await ClientHarness.LiveAsync();
        for (var second = 0; second < 5; second++)
        {
            for (var part = 0; part < 10; part++)
            {
                harness.Server.Write($"m{second}.{part}");
                await harness.Until(() => harness.Seqs.Count == (second * 10) + part + 1, "the message");
                await harness.Pass(TimeSpan.FromMilliseconds(100));
            }
        }

        await harness.Advance(() => harness.Marks()[^1].Marks[0].Delivered == 50, "the last mark");
        Assert.InRange(harness.Marks().Count, 4, 7);
    }

    [Fact]
    public async Task Read_is_told_at_once_and_implies_nothing_lower_later()
    {
        await using var harness = await ClientHarness.LiveAsync();
        harness.Server.Write("one");
        harness.Server.Write("two");
        await harness.Until(() => harness.Seqs.Count == 2, "the messages");
        await harness.Room.MarkReadAsync(2, Cancelled);
        await harness.Room.MarkReadAsync(1, Cancelled);
        await harness.Until(
            () => harness.Marks().Any(request => request.Marks.Any(mark => mark.Read == 2)),
            "the mark"
        );
        await harness.Pass(TimeSpan.FromSeconds(3));
        Assert.DoesNotContain(harness.Marks(), request => request.Marks.Any(mark => mark.Read == 1));
    }

    [Fact]
    public async Task A_mark_is_told_again_after_each_welcome_until_it_is_confirmed()
    {
        await using var harness = await ClientHarness.LiveAsync();
        harness.Server.Intercept = (_, frame) => frame.BodyCase == Wire.ClientFrame.BodyOneofCase.Mark;
        await harness.Room.MarkReadAsync(3, Cancelled);
        for (var connection = 1; connection <= 3; connection++)
        {
            await harness.Advance(() => harness.Marks().Count == connection, "the mark on this connection");
            harness.Server.Session.Break();
        }

        harness.Server.Intercept = null;
        await harness.Advance(() => harness.Marks().Count == 4, "the mark on the last connection");
        harness.Server.Session.Break();
        await harness.Advance(() => harness.Server.Dialled.Count == 5, "one more connection");
        await harness.Until(() => harness.Client.State == ConnectionState.Live, "it to be live");
        await harness.Pass(TimeSpan.FromSeconds(3));
        Assert.Equal(4, harness.Marks().Count);
        Assert.All(harness.Marks(), request => Assert.Equal(3UL, Assert.Single(request.Marks).Read));
    }

    [Fact]
    public async Task One_mark_the_server_does_not_want_does_not_hold_up_the_others()
    {
        await using var harness = await ClientHarness.LiveAsync();
        harness.Server.Intercept = (session, frame) =>
        {
            if (
                frame.BodyCase != Wire.ClientFrame.BodyOneofCase.Mark
                || frame.Mark.Marks.All(mark => mark.Conversation != "c-bad")
            )
            {
                return false;
            }

            var error = FakeServer.Error(ErrorCode.NotMember);
            error.Id = frame.Id;
            session.Push(error);
            return true;
        };
        harness.Server.Session.Break();
        await harness.Until(() => harness.Client.State == ConnectionState.Connecting, "the loss");
        await harness.Client.Conversation("c-bad").MarkReadAsync(1, Cancelled);
        await harness.Client.Conversation("c-good").MarkReadAsync(1, Cancelled);
        await harness.Advance(
            () => harness.Marks().Any(request => request.Marks is [{ Conversation: "c-good" }]),
            "the good one alone"
        );
        await harness.Pass(TimeSpan.FromSeconds(5));
        Assert.Equal(3, harness.Marks().Count);
    }

    [Fact]
    public async Task Who_stops_before_asking_for_the_next_event_gets_it_again()
    {
        await using var harness = new ClientHarness();
        await harness.ConnectAsync();
        harness.Server.Write("one");
        harness.Server.Write("two");
        await foreach (var value in harness.Client.EventsAsync(Cancelled))
        {
            Assert.Equal(1, Assert.IsType<MessageReceived>(value).Seq);
            break;
        }

        harness.Listen();
        await harness.Until(() => harness.Seqs.Count == 2, "both messages");
        Assert.Equal([1, 2], harness.Seqs);
    }

    [Fact]
    public async Task Each_reader_gets_everything_and_the_slowest_decides_what_counts()
    {
        await using var harness = await ClientHarness.LiveAsync();
        var slow = harness.Room.EventsAsync(Cancelled).GetAsyncEnumerator(Cancelled);
        var first = slow.MoveNextAsync();
        harness.Server.Write("one");
        Assert.True(await first);
        await harness.Until(() => harness.Seqs.Count == 1, "the message at the other reader");
        await harness.Pass(TimeSpan.FromSeconds(3));
        Assert.Empty(harness.Marks());
        await slow.DisposeAsync();
        await harness.Advance(() => harness.Marks().Count == 1, "the mark");
    }

    [Fact]
    public async Task Who_joins_gets_what_another_reader_holds_but_has_not_taken()
    {
        await using var harness = new ClientHarness();
        await harness.ConnectAsync();
        harness.Server.Write("one");
        harness.Server.Write("two");
        var first = harness.Room.EventsAsync(Cancelled).GetAsyncEnumerator(Cancelled);
        Assert.True(await first.MoveNextAsync());
        harness.Listen();
        await harness.Until(() => harness.Seqs.Count == 2, "both messages at the second reader");
        await harness.Pass(TimeSpan.FromSeconds(3));
        Assert.Empty(harness.Marks());

        // The first leaves: what it never took counts as the second reader has it.
        await first.DisposeAsync();
        await harness.Advance(() => harness.Marks().Any(request => request.Marks[0].Delivered == 2), "the mark");
    }

    [Fact]
    public async Task Typing_is_told_every_3_s_at_most_and_only_while_live()
    {
        await using var harness = new ClientHarness();
        await harness.Room.TypingAsync(Cancelled);
        await harness.ConnectAsync();
        for (var step = 0; step < 7; step++)
        {
            await harness.Room.TypingAsync(Cancelled);
            await harness.Pass(TimeSpan.FromSeconds(1));
        }

        await harness.Room.SendAsync("behind it", Cancelled);
        Assert.Equal(3, harness.Server.ReceivedOf(Wire.ClientFrame.BodyOneofCase.Typing).Count);
    }

    [Fact]
    public async Task An_application_that_does_not_read_costs_a_bounded_memory_and_misses_nothing()
    {
        await using var harness = new ClientHarness(configure: options => options with { PendingEvents = 20 });
        await harness.ConnectAsync();
        for (var index = 0; index < 300; index++)
        {
            harness.Server.Write($"m{index}");
            await harness.Client.OutgoingAsync(Cancelled);
        }

        Assert.Equal(ConnectionState.Live, harness.Client.State);
        harness.Listen();
        await harness.Advance(() => harness.Seqs.Count == 300, "all messages");
        Assert.Equal(Enumerable.Range(1, 300).Select(seq => (long)seq), harness.Seqs);
    }

    [Fact]
    public async Task What_the_application_had_not_taken_comes_again_in_the_next_process()
    {
        await using (var store = new FileConnectStore(_folder))
        await using (var harness = new ClientHarness(store))
        {
            for (var index = 0; index < 40; index++)
            {
                harness.Server.Write($"m{index}");
            }

            await harness.ConnectAsync();
            var taken = 0;
            await foreach (var value in harness.Room.EventsAsync(Cancelled))
            {
                // The eleventh is seen, but the process ends before it asks for the next.
                if (++taken == 11)
                {
                    break;
                }
            }

            await harness.Client.OutgoingAsync(Cancelled);
        }

        await using var again = new FileConnectStore(_folder);
        await using var later = new ClientHarness(again);
        later.Server.Refusal = new IOException("no network");
        later.Listen();
        await later.Client.ConnectAsync(Cancelled);
        await later.Until(() => later.Seqs.Count == 30, "the messages not taken");
        Assert.Equal(Enumerable.Range(11, 30).Select(seq => (long)seq), later.Seqs);
    }

    [Fact]
    public async Task A_device_with_a_store_asks_only_for_what_it_lacks()
    {
        await using (var store = new FileConnectStore(_folder))
        await using (var harness = new ClientHarness(store))
        {
            harness.Server.Write("one");
            harness.Server.Write("two");
            await harness.ConnectAsync();
            await harness.Client.OutgoingAsync(Cancelled);
        }

        await using var again = new FileConnectStore(_folder);
        await using var later = new ClientHarness(again);
        await later.ConnectAsync();
        var sync = later.Server.ReceivedOf(Wire.ClientFrame.BodyOneofCase.Sync)[0].Sync;
        Assert.Equal([(FakeServer.Room, 2UL)], sync.Positions.Select(each => (each.Conversation, each.Seq)));
    }

    [Fact]
    public async Task Receipts_are_told_when_they_rise()
    {
        await using var harness = await ClientHarness.LiveAsync();
        foreach (var read in new ulong[] { 2, 1, 3 })
        {
            harness.Server.Session.Push(
                new()
                {
                    Receipts = new()
                    {
                        Receipts_ =
                        {
                            new Wire.Receipt
                            {
                                Conversation = FakeServer.Room,
                                User = FakeServer.Other,
                                Delivered = 4,
                                Read = read,
                            },
                        },
                    },
                }
            );
            await harness.Pass(TimeSpan.FromMilliseconds(1));
        }

        await harness.Until(() => harness.Events.OfType<ReceiptChanged>().LastOrDefault()?.Read == 3, "the receipt");
        Assert.DoesNotContain(harness.Events.OfType<ReceiptChanged>(), receipt => receipt.Read == 1);
    }

    [Fact]
    public async Task A_store_of_another_user_is_refused()
    {
        var store = new MemoryConnectStore();
        await store.SaveAsync(new StoreBatch { Account = new("u-somebody", "", "d") }, true, Cancelled);
        await using var harness = new ClientHarness(store);
        var error = await Assert.ThrowsAsync<ConnectException>(() => harness.Client.ConnectAsync(Cancelled));
        Assert.Equal(ErrorCode.Forbidden, error.Code);
    }

    [Fact]
    public async Task Disposing_says_goodbye_and_ends_the_events()
    {
        var harness = await ClientHarness.LiveAsync();
        var reading = Task.Run(
            async () =>
            {
                await foreach (var value in harness.Client.EventsAsync(Cancelled))
                {
                    Assert.NotNull(value);
                }
            },
            Cancelled
        );
        await harness.DisposeAsync();
        await reading;
        Assert.Single(harness.Server.ReceivedOf(Wire.ClientFrame.BodyOneofCase.Bye));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => harness.Room.SendAsync("late", Cancelled));
    }
}
