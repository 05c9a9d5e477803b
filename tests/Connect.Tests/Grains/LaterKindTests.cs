using System.Text;
using Connect.Client.Positions;
using Connect.Client.Stores;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Conversations.History;
using Connect.Conversations.State;
using Connect.Doors.Wire;
using Connect.Storage.Rows;
using Xunit;
using SdkMapping = Connect.Client.Connections.WireMapping;

namespace Connect.Tests.Grains;

/// <summary>
/// An entry of a kind that only a later version knows: kept, passed on and counted, but not understood.
/// </summary>
public sealed class LaterKindTests
{
    private const EntryKind Later = (EntryKind)99;
    private static readonly UserId Ann = new(1);
    private static readonly byte[] Text = Encoding.UTF8.GetBytes("a body of some later form");

    [Fact]
    public void Every_known_kind_has_either_a_text_or_a_change_and_a_later_one_has_neither()
    {
        Assert.All(
            Enum.GetValues<EntryKind>().Where(kind => kind != EntryKind.None),
            kind => Assert.NotEqual(kind.CarriesText(), kind.IsChange())
        );
        Assert.False(Later.CarriesText() || Later.IsChange() || Later.CountsAsMessage());
    }

    [Fact]
    public void Its_row_is_read_as_it_was_written()
    {
        var entry = Entry(7);
        var row = new byte[EntryRow.LengthOf(entry)];
        EntryRow.Write(row, entry);

        var read = EntryRow.Read(7, row);

        Assert.Equal(entry with { Body = default }, read with { Body = default });
        Assert.Equal(Text, read.Body.ToArray());
    }

    [Fact]
    public void It_takes_its_place_without_counting_as_a_message()
    {
        var recent = new RecentEntries(8);
        recent.Add(new(1, 1, EntryKind.Message, Ann, default, Text, 1));
        recent.Add(Entry(2) with { Messages = 1 });

        Assert.True(recent.TryCount(Ann, 0, out var counts));
        Assert.Equal(new MarkCounts(0, 1), counts);
        Assert.False(recent.IsMessageOf(Ann, 2));
        Assert.True(EntryWeight.Of(Entry(2)) > Text.Length);
    }

    [Fact]
    public void The_wire_shows_its_number_without_a_body_and_the_SDK_counts_its_seq()
    {
        var wire = Entry(5).ToWire(new ConversationId(77));
        Assert.Equal((int)Later, (int)wire.Kind);
        Assert.Equal("", wire.Cid + wire.Text);
        Assert.Null(wire.Change);

        var item = LogItem.Of(SdkMapping.ToEntry(wire));
        var tracker = new PositionTracker(4, 16);
        var released = new List<LogItem>();
        tracker.Offer(item, TimeSpan.Zero, released);

        Assert.Equal(5, tracker.Received);
        Assert.False(tracker.HasHole);
        Assert.False(Assert.Single(released).Entry!.IsMessage);
    }

#if CONNECT_NEXT_KIND
    [Fact]
    public void The_next_version_commits_a_bulletin_that_is_not_unread()
    {
        var world = new PumpWorld();
        world.Append(world.Ann, world.Message("hello"));
        var bulletin = world.Message("bulletin: closed on Monday");

        var first = Assert.Single(world.Append(world.Ann, bulletin));
        var again = Assert.Single(world.Append(world.Ann, bulletin));

        Assert.Equal((AppendStatus.Committed, 2L), (first.Status, first.Seq));
        Assert.Equal((AppendStatus.Duplicate, 2L), (again.Status, again.Seq));
        Assert.Equal(1, Assert.Single(world.Views(world.Bob)).Unread);
        var entry = world.Published[^1].Entries[^1];
        Assert.Equal(EntryKind.Bulletin, entry.Kind);
        Assert.Equal("bulletin: closed on Monday", entry.ToWire(world.Conversation).Text);
    }
#else
    [Fact]
    public void This_version_makes_a_message_of_every_text() =>
        Assert.Equal(EntryKind.Message, EntryKinds.OfText("bulletin: closed on Monday"u8));
#endif

    private static Entry Entry(long seq) => new(seq, seq, Later, Ann, default, Text, seq);
}
