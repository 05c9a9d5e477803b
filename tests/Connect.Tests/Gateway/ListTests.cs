using System.Collections.Immutable;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Conversations.History;
using Connect.Conversations.Lists;
using Connect.Protocol.Frames;
using Connect.Protocol.V1;
using CsCheck;
using Xunit;
using Entry = Connect.Contracts.Conversations.Entry;
using EntryKind = Connect.Contracts.Conversations.EntryKind;

namespace Connect.Tests.Gateway;

/// <summary>The list of conversations and the history, as a session asks for them.</summary>
public sealed class ListTests : IDisposable
{
    private readonly GatewayHarness _gateway = new();

    public void Dispose() => _gateway.Dispose();

    [Fact]
    public async Task The_list_names_the_peer_and_counts_what_is_unread()
    {
        var (anna, bert) = (await _gateway.NewUserAsync("anna"), await _gateway.NewUserAsync("bert"));
        Write(anna, bert, "one");
        Write(anna, bert, "two");
        var client = await _gateway.ConnectAsync(bert);
        var page = (await client.AskAsync(new() { Conversations = new() })).Conversations;

        var item = Assert.Single(page.Items);
        Assert.Equal((anna.ToString(), "anna"), (item.Peer, item.PeerUsername));
        Assert.Equal((2ul, 2u, 2u), (item.Head, item.Unread, item.MemberCount));
        Assert.Equal(("two", 2ul), (item.Last.Text, item.Last.Seq));
        Assert.Equal(anna.ToString(), Assert.Single(item.Others).User);
        Assert.Equal("", page.Next);
    }

    [Fact]
    public async Task More_than_99_unread_are_told_as_100()
    {
        var (anna, bert) = (await _gateway.NewUserAsync("anna"), await _gateway.NewUserAsync("bert"));
        for (var i = 0; i < 105; i++)
        {
            Write(anna, bert, "text");
        }

        var client = await _gateway.ConnectAsync(bert);
        var page = (await client.AskAsync(new() { Conversations = new() })).Conversations;
        Assert.Equal(100u, Assert.Single(page.Items).Unread);
    }

    [Fact]
    public async Task The_list_pages_through_all_newest_activity_first()
    {
        var me = await _gateway.NewUserAsync("me");
        var peers = Enumerable.Range(0, 25).Select(_ => UserId.NewRandom()).ToArray();
        foreach (var peer in peers)
        {
            Write(peer, me, "text");
            _gateway.Time.Advance(TimeSpan.FromMilliseconds(Array.IndexOf(peers, peer) % 3));
        }

        var client = await _gateway.ConnectAsync(me);
        var seen = new List<ConversationSummary>();
        var after = "";
        do
        {
            var ask = new ConversationsRequest { Limit = 7, After = after };
            var page = (await client.AskAsync(new() { Conversations = ask })).Conversations;
            Assert.InRange(page.Items.Count, 1, 7);
            seen.AddRange(page.Items);
            after = page.Next;
        } while (after.Length > 0);

        Assert.Equal(25, seen.Select(each => each.Id).Distinct().Count());
        Assert.Equal(25, seen.Count);
        Assert.Equal(
            seen.OrderByDescending(each => each.Last.Time).Select(e => e.Last.Time),
            seen.Select(e => e.Last.Time)
        );
    }

    [Fact]
    public async Task By_id_only_those_asked_for_come_and_foreign_ones_are_left_out()
    {
        var (anna, bert) = (await _gateway.NewUserAsync("anna"), await _gateway.NewUserAsync("bert"));
        var carl = await _gateway.NewUserAsync("carl");
        Write(anna, bert, "mine");
        Write(carl, bert, "mine too");
        Write(anna, carl, "not mine");
        var client = await _gateway.ConnectAsync(bert);
        var ask = new ConversationsRequest();
        ask.Ids.Add([Id(anna, bert), Id(anna, carl), "nonsense"]);
        var page = (await client.AskAsync(new() { Conversations = ask })).Conversations;
        Assert.Equal(Id(anna, bert), Assert.Single(page.Items).Id);
    }

    [Fact]
    public async Task A_page_of_the_list_ends_at_128_KiB()
    {
        var me = await _gateway.NewUserAsync("me");
        for (var i = 0; i < 40; i++)
        {
            Write(UserId.NewRandom(), me, new('x', 8000));
        }

        var client = await _gateway.ConnectAsync(me);
        var page = (await client.AskAsync(new() { Conversations = new() { Limit = 200 } })).Conversations;
        Assert.InRange(page.Items.Count, 10, 16);
        Assert.NotEqual("", page.Next);
    }

    [Fact]
    public async Task A_limit_above_200_and_a_made_up_cursor_are_refused()
    {
        var client = await _gateway.ConnectAsync(await _gateway.NewUserAsync("anna"));
        var answer = await client.AskAsync(new() { Conversations = new() { Limit = 201 } });
        Assert.Equal("limit", answer.Err.Field);
        answer = await client.AskAsync(new() { Conversations = new() { After = "x" } });
        Assert.Equal("after", answer.Err.Field);
    }

    [Fact]
    public async Task History_is_for_members_and_everybody_else_learns_nothing()
    {
        var (anna, bert) = (await _gateway.NewUserAsync("anna"), await _gateway.NewUserAsync("bert"));
        Write(anna, bert, "one");
        Write(bert, anna, "two");
        var member = await _gateway.ConnectAsync(bert);
        var page = (await member.AskAsync(History(Id(anna, bert)))).History;
        Assert.Equal(["one", "two"], page.Entries.Select(each => each.Text));
        Assert.False(page.HasMoreBefore || page.HasMoreAfter);

        var stranger = await _gateway.ConnectAsync(await _gateway.NewUserAsync("carl"));
        var foreign = (await stranger.AskAsync(History(Id(anna, bert)))).Err;
        var missing = (await stranger.AskAsync(History(ConversationId.NewRandom().ToString()))).Err;
        Assert.Equal((uint)ErrorCode.NotFound, foreign.Code);
        Assert.Equal(foreign, missing);
    }

    [Theory]
    [InlineData(FrameEncoding.Protobuf)]
    [InlineData(FrameEncoding.Json)]
    public async Task Who_has_read_an_entry_is_asked_by_its_members(FrameEncoding encoding)
    {
        var codec = encoding == FrameEncoding.Json ? FrameCodec.Json : FrameCodec.Protobuf;
        var (anna, bert) = (await _gateway.NewUserAsync("anna"), await _gateway.NewUserAsync("bert"));
        Write(anna, bert, "one");
        var client = await _gateway.ConnectAsync(anna, codec: codec);
        var readers = new ReadersRequest { Conversation = Id(anna, bert), Seq = 1 };
        var answer = await client.AskAsync(new() { Readers = readers });
        Assert.Equal(new MemberMarks { User = bert.ToString() }, Assert.Single(answer.Readers.Members));

        readers.Seq = 2;
        Assert.Equal("seq", (await client.AskAsync(new() { Readers = readers })).Err.Field);
        var stranger = await _gateway.ConnectAsync(await _gateway.NewUserAsync("carl"), codec: codec);
        Assert.Equal((uint)ErrorCode.NotFound, (await stranger.AskAsync(new() { Readers = readers })).Err.Code);
    }

    [Fact]
    public async Task History_takes_one_place_and_a_limit_of_200()
    {
        var client = await _gateway.ConnectAsync(await _gateway.NewUserAsync("anna"));
        var two = History(ConversationId.NewRandom().ToString());
        (two.History.Before, two.History.After) = (1, 1);
        Assert.Equal((uint)ErrorCode.Invalid, (await client.AskAsync(two)).Err.Code);
        var many = History(ConversationId.NewRandom().ToString());
        many.History.Limit = 201;
        Assert.Equal("limit", (await client.AskAsync(many)).Err.Field);
    }

    [Theory]
    [InlineData(1000, 0, 0)]
    [InlineData(0, 1, 0)]
    [InlineData(0, 0, 50)]
    [InlineData(0, 0, 0)]
    public void A_page_of_history_is_cut_on_the_side_away_from_the_place_asked_for(long before, long after, long around)
    {
        var body = new byte[4000];
        Array.Fill(body, (byte)'"');
        var entries = Enumerable
            .Range(1, 99)
            .Select(seq => new Entry(seq, 1, EntryKind.Message, default, default, body, seq))
            .ToImmutableArray();
        var slice = new HistorySlice(ReadAccess.Member, entries, [], false, false);
        var cut = HistoryFit.Fit(slice, new(before, after, around, 200, 131_072), 131_072);

        Assert.InRange(cut.Entries.Length, 5, 6);
        Assert.Equal(after == 0, cut.HasMoreBefore);
        Assert.Equal(after > 0 || around > 0, cut.HasMoreAfter);
        Assert.Equal(after > 0, cut.Entries[0].Seq == 1);
        Assert.Equal(after == 0 && around == 0, cut.Entries[^1].Seq == 99);
        Assert.True(around == 0 || (cut.Entries[0].Seq <= around && cut.Entries[^1].Seq >= around));
    }

    [Fact]
    public void A_cursor_is_read_back_as_it_was_written_and_keeps_its_order() =>
        Gen.Select(Gen.Long[0, long.MaxValue], Gen.ULong, Gen.Long[0, long.MaxValue], Gen.ULong)
            .Sample(
                (time, id, otherTime, otherId) =>
                {
                    var (place, other) = (new ActivityPlace(time, new(id)), new ActivityPlace(otherTime, new(otherId)));
                    var cursor = new ActivityCursor(place, otherTime, time, otherId, (byte)id);
                    Assert.True(ActivityCursor.TryParse(cursor.ToString(), out var read));
                    Assert.Equal(cursor, read);
                    Assert.True(ActivityCursor.TryParse("", out var start));
                    Assert.True(start.Last.IsNewerThan(place));
                    var newer = time > otherTime || (time == otherTime && id > otherId);
                    Assert.Equal(newer, place.IsNewerThan(other));
                }
            );

    private static ClientFrame History(string conversation) =>
        new() { History = new() { Conversation = conversation } };

    private string Id(UserId one, UserId other) => _gateway.Keys.Derive(one, other).ToString();

    private void Write(UserId from, UserId to, string text) =>
        _gateway.Conversations.Write(_gateway.Keys.Derive(from, to), from, to, text);
}
