using Connect.Client;
using Connect.Client.Stores;
using Xunit;
using Wire = Connect.Protocol.V1;

namespace Connect.Tests.Client;

/// <summary>Views of a client: what they start with, what they follow, and how they tell of it.</summary>
public sealed class ViewTests : IDisposable
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
    public async Task The_list_follows_entries_reads_typing_and_presence()
    {
        await using var harness = new ClientHarness();
        harness.Server.Intercept = (session, frame) => Serve(harness.Server, session, frame);
        harness.Server.Write("before");
        await harness.ConnectAsync();
        await using var list = await harness.Client.OpenListAsync(Cancelled);
        await harness.Advance(() => list.Current is { IsComplete: true, Items.Count: 1 }, "the list");
        Assert.Equal(("Ann", 1), (Only(list).Info.Title, Only(list).Info.Unread));
        await harness.Advance(() => Only(list).Presence is { IsOnline: true }, "who is there");

        harness.Server.Write("after");
        await harness.Advance(() => Only(list).Info is { Unread: 2, Last.Text: "after" }, "the next message");
        await harness.Client.SetOpenAsync([FakeServer.Room], Cancelled);
        var typing = new Wire.TypingPush { Conversation = FakeServer.Room };
        typing.Users.Add(FakeServer.Other);
        harness.Server.Session.Push(new() { Typing = typing });
        await harness.Until(() => Only(list).Typing.Count == 1, "who types");
        await harness.Room.MarkReadAsync(2, Cancelled);
        await harness.Until(() => Only(list).Info.Unread == 0, "nothing unread");

        // From now on the server has no conversation.
        harness.Server.Intercept = (_, _) => false;
        harness.Server.Session.Push(
            new()
            {
                Conversation = new() { Conversation = FakeServer.Room, Over = true },
            }
        );
        await harness.Until(() => list.Current.Items.Count == 0, "an empty list");
    }

    [Fact]
    public async Task Without_a_server_the_views_show_what_the_store_holds()
    {
        await using var store = new FileConnectStore(_folder);
        await using (var harness = await ClientHarness.LiveAsync(store))
        {
            harness.Server.Write("one");
            harness.Server.Write("two");
            await harness.Until(() => harness.Seqs.Count == 2, "the messages");
            await harness.Room.MarkReadAsync(1, Cancelled);
        }

        await using var offline = new ClientHarness(store);
        await using var list = await offline.Client.OpenListAsync(Cancelled);
        Assert.False(list.Current.IsComplete);
        Assert.Equal((1, "two"), (Only(list).Info.Unread, Only(list).Info.Last!.Text));
        await using var room = await offline.Room.OpenViewAsync(Cancelled);
        Assert.Equal(["one", "two"], room.Current.Items.Select(item => item.Entry!.Text));
        Assert.Equal(1, room.Current.Read);

        var message = await offline.Room.EnqueueAsync("three", cancellationToken: Cancelled);
        await offline.Until(() => room.Current.Outgoing.SequenceEqual([message]), "the outbox");
    }

    [Fact]
    public async Task A_conversation_shows_each_message_once_from_the_outbox_to_the_log_and_loads_older_ones()
    {
        await using var harness = new ClientHarness();
        for (var at = 1; at <= 30; at++)
        {
            harness.Server.Write($"old {at}");
        }

        await harness.ConnectAsync();
        harness.Listen();
        await harness.Until(() => harness.Seqs.Count == 30, "the old ones");
        await using var room = await harness.Room.OpenViewAsync(Cancelled);
        await OnScreenAsync(harness);
        using var snapshots = new Snapshots(room);
        var sent = await harness.Room.SendAsync("new", Cancelled);
        await harness.Until(() => room.Current is { Items.Count: > 0, Outgoing.Count: 0 }, "the entry");
        while (room.Current.HasOlder)
        {
            await room.LoadOlderAsync(7, Cancelled);
        }

        Assert.Equal(Enumerable.Range(1, 31).Select(seq => (long)seq), room.Current.Items.Select(item => item.From));
        Assert.Equal(31, sent.Seq);
        foreach (var each in snapshots.Taken)
        {
            var texts = each.Items.Select(item => item.Entry!.Text).Concat(each.Outgoing.Select(of => of.Text));
            Assert.InRange(texts.Count(text => text == "new"), 0, 1);
        }
    }

    [Fact]
    public async Task A_view_shows_the_marks_that_were_told_before_it_was_opened()
    {
        await using var harness = await ClientHarness.LiveAsync();
        var receipts = new Wire.Receipts();
        receipts.Receipts_.Add(
            new Wire.Receipt
            {
                Conversation = FakeServer.Room,
                User = "u-other",
                Delivered = 3,
                Read = 2,
            }
        );
        receipts.Receipts_.Add(
            new Wire.Receipt
            {
                Conversation = FakeServer.Room,
                Seq = 3,
                DeliveredCount = 60,
                ReadCount = 50,
            }
        );
        harness.Server.Session.Push(new() { Receipts = receipts });
        await harness.Until(() => harness.Events.OfType<ReceiptCountsChanged>().Any(), "the marks");

        await using var room = await harness.Room.OpenViewAsync(Cancelled);
        Assert.Contains(new MemberPlace("u-other", 3, 2), room.Current.Others);
        Assert.Equal(new ReceiptCountsChanged(FakeServer.Room, 3, 60, 50), room.Current.Counts);
    }

    [Fact]
    public async Task Each_subscriber_begins_with_what_is_there_and_ends_with_the_newest_in_order()
    {
        await using var harness = await ClientHarness.LiveAsync();
        await using var room = await harness.Room.OpenViewAsync(Cancelled);
        var observers = new List<Snapshots>();
        for (var at = 1; at <= 60; at++)
        {
            harness.Server.Write($"message {at}");
            if (at % 10 == 0)
            {
                observers.Add(new(room));
            }
        }

        await harness.Until(() => observers.All(each => each.Last?.Items.Count == 60), "the newest for all");
        foreach (var observer in observers)
        {
            var counts = observer.Taken.Select(each => each.Items.Count).ToList();
            Assert.Equal(counts.Order(), counts);
            observer.Dispose();
        }
    }

    [Fact]
    public async Task A_view_that_is_closed_is_no_longer_on_screen_and_its_snapshots_end()
    {
        await using var harness = await ClientHarness.LiveAsync();
        var room = await harness.Room.OpenViewAsync(Cancelled);
        var snapshots = room.SnapshotsAsync(Cancelled).GetAsyncEnumerator(Cancelled);
        Assert.True(await snapshots.MoveNextAsync());
        await OnScreenAsync(harness);
        await room.DisposeAsync();
        Assert.False(await snapshots.MoveNextAsync());
        await harness.Until(
            () => harness.Server.ReceivedOf(Wire.ClientFrame.BodyOneofCase.State) is [_, { State.Open.Count: 0 }],
            "the end"
        );
        await snapshots.DisposeAsync();
    }

    [Fact]
    public async Task A_view_begins_with_the_marks_that_were_told_before_it_and_with_all_that_is_unread()
    {
        await using var store = new FileConnectStore(_folder);
        await using var harness = await ClientHarness.LiveAsync(store);
        for (var at = 1; at <= 120; at++)
        {
            harness.Server.Write($"message {at}");
        }

        await harness.Until(() => harness.Seqs.Count == 120, "the messages");
        await harness.Room.MarkReadAsync(60, Cancelled);
        var receipts = new Wire.Receipts();
        receipts.Receipts_.Add(
            new Wire.Receipt
            {
                Conversation = FakeServer.Room,
                User = FakeServer.Other,
                Delivered = 9,
                Read = 7,
            }
        );
        harness.Server.Session.Push(new() { Receipts = receipts });
        await harness.Until(() => harness.Events.OfType<ReceiptChanged>().Any(), "the receipt");
        await using var room = await harness.Room.OpenViewAsync(Cancelled);
        Assert.Equal((11, 120), (room.Current.Items[0].From, room.Current.Items[^1].To));
        Assert.Equal([new(FakeServer.Other, 9, 7)], room.Current.Others);
        Assert.Equal(60, room.Current.Read);
    }

    [Fact]
    public async Task A_message_that_is_sent_above_a_hole_stays_on_its_way_until_its_entry_is_there()
    {
        await using var harness = await ClientHarness.LiveAsync();
        harness.Server.Write("one");
        await harness.Until(() => harness.Seqs.Count == 1, "the first");
        await using var room = await harness.Room.OpenViewAsync(Cancelled);
        using var snapshots = new Snapshots(room);
        harness.Server.Pushes = _ => false;
        harness.Server.Write("lost on the way");
        Assert.Equal(3, (await harness.Room.SendAsync("mine", Cancelled)).Seq);
        await harness.Until(() => harness.Client.OutgoingAsync(Cancelled).Result.Count == 0, "an empty outbox");
        await harness.Until(
            () => room.Current.Outgoing.Select(message => message.Text).SequenceEqual(["mine"]),
            "the message on its way"
        );
        // The hole is pulled after a moment of grace.
        await harness.Advance(() => room.Current.Items is [.., { To: 3 }], "the entries");
        Assert.Empty(room.Current.Outgoing);
        var from = snapshots.Taken.TakeWhile(each => each.Outgoing.Count == 0).Count();
        foreach (var each in snapshots.Taken.Skip(from))
        {
            var texts = each.Items.Select(item => item.Entry!.Text).Concat(each.Outgoing.Select(of => of.Text));
            Assert.Single(texts, "mine");
        }
    }

    [Fact]
    public async Task A_view_ends_while_it_loads_and_may_be_ended_twice()
    {
        await using var harness = new ClientHarness();
        var room = await harness.Room.OpenViewAsync(Cancelled);
        // Nothing is here, and there is no server: it waits.
        var loading = room.LoadOlderAsync(10, Cancelled);
        Assert.False(loading.IsCompleted);
        await room.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => loading);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => room.LoadOlderAsync(10, Cancelled));
        await room.DisposeAsync();
        Assert.Empty(room.Current.Items);
    }

    private static ConversationItem Only(ConversationListView list) => Assert.Single(list.Current.Items);

    /// <summary>The frame is on its way when the view is open: waits until the server was told.</summary>
    private static Task OnScreenAsync(ClientHarness harness) =>
        harness.Until(
            () =>
                harness.Server.ReceivedOf(Wire.ClientFrame.BodyOneofCase.State)
                    is [.., { State.Open: [FakeServer.Room] }],
            "the server's knowledge of what is on screen"
        );

    private static bool Serve(FakeServer server, FakeSession session, Wire.ClientFrame frame)
    {
        var answer = new Wire.ServerFrame { Id = frame.Id };
        switch (frame.BodyCase)
        {
            case Wire.ClientFrame.BodyOneofCase.Conversations:
                var log = server.Log(FakeServer.Room);
                answer.Conversations = new();
                answer.Conversations.Items.Add(
                    new Wire.ConversationSummary
                    {
                        Id = FakeServer.Room,
                        Kind = Wire.ConversationKind.Direct,
                        Peer = FakeServer.Other,
                        PeerUsername = "Ann",
                        Head = (ulong)log.Count,
                        Last = log[^1],
                        Unread = (uint)log.Count,
                    }
                );
                break;
            case Wire.ClientFrame.BodyOneofCase.Watch:
                answer.Presence = new();
                answer.Presence.Users.AddRange(
                    frame.Watch.Add.Select(user => new Wire.PresenceState { User = user, Online = true })
                );
                break;
            default:
                return false;
        }

        session.Push(answer);
        return true;
    }

    /// <summary>All snapshots a subscriber got.</summary>
    private sealed class Snapshots : IDisposable
    {
        private readonly Lock _gate = new();
        private readonly List<ConversationContent> _taken = [];
        private readonly IDisposable _subscription;

        public Snapshots(ConversationView view) => _subscription = view.Subscribe(Take);

        public IReadOnlyList<ConversationContent> Taken
        {
            get
            {
                lock (_gate)
                {
                    return [.. _taken];
                }
            }
        }

        public ConversationContent? Last => Taken is [.., var last] ? last : null;

        public void Dispose() => _subscription.Dispose();

        private void Take(ConversationContent content)
        {
            lock (_gate)
            {
                _taken.Add(content);
            }
        }
    }
}
