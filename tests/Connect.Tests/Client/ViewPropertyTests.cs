using Connect.Client;
using Connect.Client.Stores;
using Connect.Client.Views;
using Connect.Protocol.V1;
using CsCheck;
using Xunit;
using ConversationChanged = Connect.Client.ConversationChanged;
using Entry = Connect.Client.Entry;

namespace Connect.Tests.Client;

/// <summary>
/// Whatever comes in whatever order, events late and answers older than events, a view shows what the server has once
/// all of it has come and what the view asked for was answered.
/// </summary>
public sealed class ViewPropertyTests
{
    private const string Me = "u-me";

    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private enum Act
    {
        ForeignMessage,
        OwnMessage,
        Read,
        ReadElsewhere,
        Deliver,
        Ask,
        Answer,
        AnswerAll,
        Removed,
        Joined,
        Lost,
    }

    private static readonly Gen<(Act What, int Room, int Amount)[]> Acts = Gen.Select(
        Gen.Frequency(
            (8, Gen.Const(Act.ForeignMessage)),
            (2, Gen.Const(Act.OwnMessage)),
            (3, Gen.Const(Act.Read)),
            (2, Gen.Const(Act.ReadElsewhere)),
            (8, Gen.Const(Act.Deliver)),
            (4, Gen.Const(Act.Ask)),
            (4, Gen.Const(Act.Answer)),
            (2, Gen.Const(Act.AnswerAll)),
            (1, Gen.Const(Act.Removed)),
            (1, Gen.Const(Act.Joined)),
            (1, Gen.Const(Act.Lost))
        ),
        Gen.Int[0, 2],
        Gen.Int[1, 130]
    ).Array[0, 80];

    [Fact]
    public void A_view_goes_on_to_the_real_beginning_however_much_is_loaded()
    {
        static LogItem Item(long seq) => new("c-1", seq, seq, null, SkipReason.Deleted);

        var model = new ConversationModel("c-1");
        model.AddOlder([.. Enumerable.Range(6_057, 50).Select(seq => Item(seq))], hasOlder: true);
        while (model.CanLoadOlder)
        {
            var first = model.First!.Value;
            var from = Math.Max(1, first - 200);
            model.AddOlder([.. Enumerable.Range((int)from, (int)(first - from)).Select(seq => Item(seq))], from > 1);
        }

        Assert.Equal((1L, 6_106, false), (model.First!.Value, model.Show().Items.Count, model.Show().HasOlder));

        // For each that arrives one goes, and can be loaded again.
        model.Apply(new RangeSkipped("c-1", 6_107, 6_107, SkipReason.Deleted));
        Assert.Equal((2L, 6_106, true), (model.First!.Value, model.Show().Items.Count, model.Show().HasOlder));
    }

    [Fact]
    public void The_list_shows_what_the_server_has_once_all_has_come() =>
        Acts.Sample(
            acts =>
            {
                var world = new World();
                foreach (var (what, room, amount) in acts)
                {
                    world.Do(what, "c-" + room, amount);
                }

                world.Settle();
                var shown = world
                    .Model.Show()
                    .Items.Select(item => (item.Id, item.Info.Last?.Seq ?? 0, item.Info.Read, item.Info.Unread));
                Assert.Equal(world.Expected(), shown);
            },
            iter: 2_000
        );

    [Fact]
    public void What_this_device_hides_is_gone_until_something_new_comes()
    {
        var model = new ListModel { Me = Me };
        var info = new ConversationInfo(
            "c-0",
            ConversationKind.Group,
            "Plans",
            "",
            3,
            Role.Member,
            1,
            EntryOf("c-0", 1, "u-other"),
            0,
            0,
            1,
            false,
            []
        );
        model.LearnAll([info], model.Step);
        var asked = model.Step;
        model.Apply(new HiddenHere("c-0", 1));
        Assert.Empty(model.Show().Items);
        // By its id the server tells of it all the same, and a list that was asked for before has it.
        model.Learn([info with { IsHidden = true }], ["c-0"], model.Step);
        model.LearnAll([info], asked);
        Assert.Empty(model.Show().Items);
        model.Apply(new MessageReceived(EntryOf("c-0", 2, "u-other"), IsOwn: false));
        Assert.Equal(2, Assert.Single(model.Show().Items).Info.Last!.Seq);
        // Another device hides it; an answer from before the last message does not.
        model.Learn([info with { IsHidden = true }], ["c-0"], model.Step);
        Assert.Single(model.Show().Items);
        model.Learn([info with { IsHidden = true, Head = 2 }], ["c-0"], model.Step);
        Assert.Empty(model.Show().Items);
        // And brings it back.
        model.Learn([info with { Head = 2 }], ["c-0"], model.Step);
        Assert.Single(model.Show().Items);
        // This device hides what its user saw; there is more already.
        model.Apply(new HiddenHere("c-0", 1));
        Assert.Single(model.Show().Items);
        model.Apply(new HiddenHere("c-0", 2));
        Assert.Empty(model.Show().Items);
    }

    [Fact]
    public void The_entries_of_a_conversation_are_the_log_without_a_hole_in_whatever_order_they_come() =>
        Gen.Select(Gen.Int[1, 60], Gen.Int[1, 60], Gen.Select(Gen.Int[0, 2], Gen.Int[1, 20]).Array[0, 30])
            .Sample(
                (head, from, steps) =>
                {
                    var model = new ConversationModel("c-0");
                    var next = (long)Math.Min(from, head);
                    foreach (var (what, size) in steps)
                    {
                        if (what == 0)
                        {
                            // Events follow each other; some are told again, after a page that had them, too.
                            for (var at = 0; at < size && next <= head; at++)
                            {
                                model.Apply(new MessageReceived(EntryOf("c-0", next++, "u-other"), IsOwn: false));
                            }
                        }
                        else
                        {
                            var before = what == 1 ? model.First ?? next : next;
                            var items = Range(Math.Max(1, before - size), before - 1);
                            model.AddOlder([.. items.Select(Connect.Client.Stores.LogItem.Of)], before - size > 1);
                        }

                        var seqs = model.Show().Items.Select(item => item.From).ToList();
                        Assert.Equal(seqs.Count == 0 ? [] : Range(seqs[0], seqs[^1]).Select(each => each.Seq), seqs);
                        Assert.True(seqs.Count == 0 || seqs[^1] <= head);
                        Assert.Equal(
                            seqs is not [1, ..] && (seqs.Count > 0 || next > 0),
                            model.CanLoadOlder || next == 1
                        );
                    }
                },
                iter: 1_000
            );

    private static IEnumerable<Entry> Range(long from, long to)
    {
        for (var seq = from; seq <= to; seq++)
        {
            yield return EntryOf("c-0", seq, "u-other");
        }
    }

    private static Entry EntryOf(string room, long seq, string from) =>
        new(room, seq, Start.AddSeconds(seq), EntryKind.Message, from, $"cid-{seq}", "text", null);

    /// <summary>A server, events on their way, and answers on their way.</summary>
    private sealed class World
    {
        private readonly SortedDictionary<string, Room> _rooms = new(StringComparer.Ordinal);
        private readonly HashSet<string> _over = [];
        private readonly Queue<ConnectEvent> _events = new();
        private readonly Queue<(
            IReadOnlyList<string> Ids,
            List<ConversationInfo> List,
            long Asked,
            bool All
        )> _answers = new();
        private long _clock;

        public ListModel Model { get; } = new() { Me = Me };

        public void Do(Act what, string id, int amount)
        {
            switch (what)
            {
                case Act.ForeignMessage or Act.OwnMessage:
                    var count = what == Act.ForeignMessage ? amount : 1;
                    for (var at = 0; at < count; at++)
                    {
                        Write(id, isOwn: what == Act.OwnMessage);
                    }

                    break;
                case Act.Read when _rooms.TryGetValue(id, out var room):
                    // One reads what has come.
                    var read = Math.Min(room.Delivered, room.Read + amount);
                    if (read > room.Read)
                    {
                        room.Read = read;
                        Model.Apply(new ReadMarked(id, read));
                    }

                    break;
                case Act.ReadElsewhere when _rooms.TryGetValue(id, out var room):
                    room.Read = Math.Min(room.Log.Count, room.Read + amount);
                    _events.Enqueue(new ReceiptChanged(id, Me, room.Read, room.Read));
                    break;
                case Act.Deliver:
                    for (var at = 0; at < amount && _events.Count > 0; at++)
                    {
                        Deliver(_events.Dequeue());
                    }

                    break;
                case Act.Ask:
                    Ask();
                    break;
                case Act.Answer:
                    Answer();
                    break;
                case Act.AnswerAll:
                    Model.Anew();
                    break;
                case Act.Removed when _rooms.Remove(id):
                    _over.Add(id);
                    _events.Enqueue(new ConversationChanged(id, IsOver: true));
                    break;
                case Act.Joined when _rooms.TryGetValue(id, out _):
                    _events.Enqueue(new ConversationChanged(id, IsOver: false));
                    break;
                case Act.Lost when _rooms.TryGetValue(id, out var room) && room.Log.Count > 1 && _events.Count == 0:
                    // The data was restored from a backup.
                    var above = room.Log.Count / 2;
                    room.Log.RemoveRange(above, room.Log.Count - above);
                    room.Read = Math.Min(room.Read, above);
                    room.Delivered = Math.Min(room.Delivered, above);
                    // Answers of before come over a connection that is gone.
                    _answers.Clear();
                    Deliver(new ConversationReset(id, above));
                    Model.Anew();
                    break;
            }
        }

        /// <summary>All events come, and what is asked is answered until nothing is asked any more.</summary>
        public void Settle()
        {
            for (var round = 0; round < 10; round++)
            {
                while (_events.TryDequeue(out var value))
                {
                    Deliver(value);
                }

                while (_answers.Count > 0)
                {
                    Answer();
                }

                Ask();
            }

            Assert.Empty(_answers);
            Assert.True(Model.Show().IsComplete);
        }

        public IEnumerable<(string, long, long, int)> Expected() =>
            _rooms
                .Where(room => room.Value.Log.Count > 0)
                .OrderByDescending(room => room.Value.Log[^1].Time)
                .ThenBy(room => room.Key, StringComparer.Ordinal)
                .Select(room => (room.Key, (long)room.Value.Log.Count, room.Value.Read, room.Value.Unread));

        private void Write(string id, bool isOwn)
        {
            // It does not come back: a member who returns has other numbers.
            if (_over.Contains(id))
            {
                return;
            }

            if (!_rooms.TryGetValue(id, out var room))
            {
                _rooms.Add(id, room = new());
            }

            var entry = EntryOf(id, room.Log.Count + 1, isOwn ? Me : "u-other") with
            {
                Time = Start.AddSeconds(++_clock),
            };
            room.Log.Add(entry);
            _events.Enqueue(new MessageReceived(entry, isOwn));
        }

        private void Deliver(ConnectEvent value)
        {
            if (value is MessageReceived message && _rooms.TryGetValue(message.Conversation, out var room))
            {
                room.Delivered = message.Seq;
            }

            Model.Apply(value);
        }

        private void Ask()
        {
            var ids = Model.Stale(200);
            if (Model.NeedsAll || ids.Count > 0)
            {
                var all = Model.NeedsAll;
                var list = _rooms
                    .Where(room => room.Value.Log.Count > 0 && (all || ids.Contains(room.Key)))
                    .Select(room => room.Value.Info(room.Key))
                    .ToList();
                _answers.Enqueue((ids, list, Model.Step, all));
            }
        }

        private void Answer()
        {
            if (!_answers.TryDequeue(out var answer))
            {
                return;
            }

            if (answer.All)
            {
                Model.LearnAll(answer.List, answer.Asked);
            }
            else
            {
                Model.Learn(answer.List, answer.Ids, answer.Asked);
            }
        }
    }

    private sealed class Room
    {
        public List<Entry> Log { get; } = [];

        public long Read { get; set; }

        public long Delivered { get; set; }

        public int Unread => Math.Min(100, Log.Count(entry => entry.Seq > Read && entry.From != Me));

        public ConversationInfo Info(string id) =>
            new(id, ConversationKind.Group, id, "", 3, Role.Member, Log.Count, Log[^1], Read, Read, Unread, false, []);
    }
}
