using Connect.Accounts.Names;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Conversations.History;
using Connect.Conversations.Lists;
using Connect.Conversations.State;
using Connect.Doors.Wire;
using Connect.Protocol.V1;
using Connect.Storage.InMemory;
using Connect.Storage.Reading;
using Connect.Storage.RocksDb;
using Connect.Tests.Grains;
using Connect.Tests.Storage;
using Connect.Tests.Storage.Conformance;
using Connect.Tests.Storage.RocksDb;
using Microsoft.Extensions.Options;
using Xunit;

namespace Connect.Tests.Gateway;

/// <summary>What a page of a long list reads, counted in rows, and that the whole of it is told.</summary>
public sealed class LongListTests(ITestOutputHelper output)
{
    private static readonly UserId Me = UserId.NewRandom();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(200, 0)]
    [InlineData(2_000, 0)]
    [InlineData(20_000, 0)]
    [InlineData(2_000, 40_000)]
    public async Task A_page_reads_six_rows_for_each_it_lists_and_550_besides(int conversations, int hiddenInvites)
    {
        using var world = new World();
        await world.WriteAsync(conversations);
        await world.InviteHiddenAsync(hiddenInvites);
        await world.Store.ListOrder.SettleAsync(int.MaxValue, Cancel);
        foreach (var limit in new uint[] { 1, 50, 200 })
        {
            foreach (var filter in Enum.GetValues<ListFilter>())
            {
                var next = "";
                for (var page = 0; page < 3; page++)
                {
                    world.Count.Rows = 0;
                    var answer = await world.ReadAsync(next, limit, filter);
                    output.WriteLine(
                        $"{conversations} {filter} {limit}: {answer.Items.Count} of {world.Count.Rows} rows"
                    );
                    Assert.InRange(world.Count.Rows, 0, (6 * answer.Items.Count) + 550);
                    if (filter is ListFilter.None or ListFilter.Accepted)
                    {
                        Assert.Equal((int)limit, answer.Items.Count);
                    }

                    next = answer.Next;
                    if (next.Length == 0)
                    {
                        break;
                    }
                }
            }
        }
    }

    [Fact]
    public async Task What_a_page_does_not_show_costs_within_the_same_bound_and_all_the_rest_is_told()
    {
        using var world = new World();
        await world.WriteAsync(1_000);
        var (shown, requests, hidden) = (new List<string>(), new List<string>(), new List<string>());
        for (var i = 0; i < world.Talks.Count; i++)
        {
            var talk = world.Talks[i];
            (
                i < 400 ? shown
                : i % 2 == 0 ? requests
                : hidden
            ).Add(talk.Id.ToString());
            if (i >= 400 && i % 2 == 0)
            {
                await world.Store.Conversations.SetFlagsAsync(
                    talk.Id,
                    Me,
                    default,
                    MemberFlags.Request,
                    MemberFlags.None
                );
            }
            else if (i >= 400)
            {
                await world.Store.Index.ChooseAsync(Me, talk.Id, null, 1);
            }
        }

        await world.Store.ListOrder.SettleAsync(int.MaxValue, Cancel);
        foreach (var limit in new uint[] { 20, 200 })
        {
            Assert.Equal(shown.Order(), (await TellAsync(limit, ListFilter.Accepted)).Order());
            Assert.Equal(shown.Concat(requests).Order(), (await TellAsync(limit, ListFilter.None)).Order());
            Assert.Equal(requests.Order(), (await TellAsync(limit, ListFilter.Requests)).Order());
            Assert.Equal(hidden.Order(), (await TellAsync(limit, ListFilter.Hidden)).Order());
        }

        async Task<HashSet<string>> TellAsync(uint limit, ListFilter filter)
        {
            var told = new HashSet<string>();
            var next = "";
            do
            {
                world.Count.Rows = 0;
                var answer = await world.ReadAsync(next, limit, filter);
                Assert.InRange(world.Count.Rows, 0, (6 * answer.Items.Count) + 550);
                told.UnionWith(answer.Items.Select(item => item.Id));
                next = answer.Next;
            } while (next.Length > 0);

            return told;
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(199)]
    public async Task A_short_list_costs_as_little_whatever_is_not_shown(int shown)
    {
        using var world = new World();
        await world.WriteAsync(ConversationList.ShortList);
        foreach (var talk in world.Talks.Skip(shown))
        {
            var declined = MemberFlags.Request | MemberFlags.Declined;
            await world.Store.Conversations.SetFlagsAsync(talk.Id, Me, default, declined, MemberFlags.None);
        }

        var told = new HashSet<string>();
        var next = "";
        do
        {
            world.Count.Rows = 0;
            var answer = await world.ReadAsync(next, 200);
            Assert.InRange(world.Count.Rows, 0, (6 * answer.Items.Count) + 550);
            told.UnionWith(answer.Items.Select(item => item.Id));
            next = answer.Next;
        } while (next.Length > 0);

        Assert.Equal(world.Talks.Take(shown).Select(talk => talk.Id.ToString()).Order(), told.Order());
    }

    [Fact]
    public async Task All_pages_tell_all_of_it_and_what_moves_meanwhile_costs_the_pages_of_what_moved()
    {
        using var world = new World();
        var ids = await world.WriteAsync(1_000);
        var told = new HashSet<string>();
        var pages = 0;
        var moved = new List<Talk>();
        for (var next = ""; pages == 0 || next.Length > 0; pages++)
        {
            var answer = await world.ReadAsync(next, 50);
            told.UnionWith(answer.Items.Select(item => item.Id));
            next = answer.Next;
            if (pages < 20)
            {
                // Ten of those that are still to come move above what was told.
                world.Folder.Time.Advance(TimeSpan.FromHours(1));
                foreach (var talk in world.Talks.Skip(pages * 10).Take(10))
                {
                    talk.Time = world.Now;
                    await talk.AppendAsync(Me, "more");
                    moved.Add(talk);
                }

                await world.Store.ListOrder.SettleAsync(int.MaxValue, Cancel);
            }
        }

        Assert.Equal(ids.Order(), told.Order());
        Assert.InRange(pages, 20, 20 + (moved.Count / 50) + 1 + PlacedPage.MaxRounds + 2);
    }

    [Fact]
    public async Task What_moved_last_comes_first_though_the_stored_order_does_not_know_it_yet()
    {
        using var world = new World();
        await world.WriteAsync(1_000);
        await world.Store.ListOrder.SettleAsync(int.MaxValue, Cancel);
        var talk = world.Talks[3];
        talk.Time = world.Now;
        await talk.AppendAsync(Me, "now");
        world.Moves.Note(talk.Id, [Me]);

        var page = await world.ReadAsync("", 20);

        Assert.Equal(talk.Id.ToString(), page.Items[0].Id);
        Assert.Equal("now", page.Items[0].Last.Text);
        Assert.Equal(
            world.Talks[^19..].AsEnumerable().Reverse().Select(each => each.Id.ToString()),
            page.Items.Skip(1).Select(each => each.Id)
        );
    }

    [Fact]
    public async Task Without_that_knowledge_the_order_is_right_once_the_conversation_is_placed_anew()
    {
        using var world = new World();
        await world.WriteAsync(300);
        await world.Store.ListOrder.SettleAsync(int.MaxValue, Cancel);
        world.Folder.Time.Advance(TimeSpan.FromHours(1));
        var talk = world.Talks[3];
        talk.Time = world.Now;
        await talk.AppendAsync(Me, "now");
        world.Folder.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal([talk.Id], await world.Store.ListOrder.SettleAsync(10, Cancel));
        Assert.Empty(await world.Store.ListOrder.SettleAsync(10, Cancel));

        Assert.Equal(talk.Id.ToString(), (await world.ReadAsync("", 20)).Items[0].Id);

        // In the same hour its place is not written again.
        await talk.AppendAsync(Me, "and again");
        Assert.Empty(await world.Store.ListOrder.SettleAsync(10, Cancel));
    }

    [Fact]
    public async Task Few_requests_and_few_hidden_ones_among_many_are_found_without_the_many()
    {
        using var world = new World();
        await world.WriteAsync(2_000);
        var (stranger, hidden) = (world.Talks[7], world.Talks[9]);
        await world.Store.Conversations.SetFlagsAsync(stranger.Id, Me, default, MemberFlags.Request, MemberFlags.None);
        await world.Store.Index.ChooseAsync(Me, hidden.Id, null, 1);
        await world.Store.ListOrder.SettleAsync(int.MaxValue, Cancel);

        var requests = await world.ReadAsync("", 50, ListFilter.Requests);
        Assert.Equal([stranger.Id.ToString()], requests.Items.Select(item => item.Id));
        Assert.Empty(requests.Next);
        var hiddenOnes = await world.ReadAsync("", 50, ListFilter.Hidden);
        Assert.Equal([hidden.Id.ToString()], hiddenOnes.Items.Select(item => item.Id));

        // It comes back by itself, and a request that is accepted leaves its shelf.
        await hidden.AppendAsync(Me, "new");
        Assert.Empty((await world.ReadAsync("", 50, ListFilter.Hidden)).Items);
        await world.Store.Conversations.SetFlagsAsync(stranger.Id, Me, default, MemberFlags.None, MemberFlags.Request);
        Assert.Empty((await world.ReadAsync("", 50, ListFilter.Requests)).Items);
        await world.Store.ListOrder.SettleAsync(int.MaxValue, Cancel);
        Assert.Empty(await world.Store.Index.ReadPlacesAsync(Me, ListShelf.Requests, ListPlace.Start, 10, Cancel));
    }

    private sealed class World : IDisposable
    {
        private readonly ConversationList _list;

        public World()
        {
            Folder = new StoreFolder();
            Store = Folder.Open();
            Count = new();
            var users = new KnownUsers(new InMemoryUserStore(), Options.Create(new NameOptions()));
            _list = new ConversationList(
                new CountedIndex(Store.Index, Count),
                new ConversationReads(
                    new CountedRows((IConversationRows)Store.Conversations, Count),
                    Folder.Time,
                    TimeSpan.FromDays(30)
                ),
                users,
                new KnownRelations(),
                Moves,
                Folder.Time,
                Options.Create(new ReadingOptions { PageBytes = 1 << 20 })
            );
        }

        public StoreFolder Folder { get; }

        public RocksDbStore Store { get; }

        public RowCount Count { get; }

        public RecentMoves Moves { get; } = new();

        public List<Talk> Talks { get; } = [];

        public long Now => Folder.Time.GetUtcNow().ToUnixTimeMilliseconds();

        public async Task<string[]> WriteAsync(int conversations)
        {
            var creations = new List<Task>();
            for (var i = 0; i < conversations; i++)
            {
                var talk = Talk.Between(Store.Conversations, UserId.NewRandom(), Me);
                talk.Time = Now + i;
                Talks.Add(talk);
                creations.Add(talk.CreateAsync());
            }

            await Task.WhenAll(creations);
            foreach (var part in Talks.Chunk(100))
            {
                Folder.Time.Advance(TimeSpan.FromMilliseconds(100));
                foreach (var talk in part)
                {
                    Folder.Time.Advance(TimeSpan.FromMilliseconds(1));
                    await Store.Index.PutAsync([new(Me, talk.Id, Talk.NewCid(), Now)]);
                }
            }

            return [.. Talks.Select(talk => talk.Id.ToString())];
        }

        /// <summary>Invites to groups of somebody whom I block.</summary>
        public async Task InviteHiddenAsync(int count)
        {
            var blocked = UserId.NewRandom();
            var invited = new Member(Me, MemberRole.None, [], default, new(blocked, Now, IsHidden: true));
            for (var left = count; left > 0; left -= 1_000)
            {
                await Task.WhenAll(
                    Enumerable.Range(0, Math.Min(left, 1_000)).Select(_ => InviteAsync(blocked, invited))
                );
            }
        }

        public async Task<ConversationsPage> ReadAsync(string after, uint limit, ListFilter filter = ListFilter.None)
        {
            Assert.True((await _list.ReadAsync(Me, new(after, limit, filter, []))).TryGet(out var page, out _));
            return page.ToWire();
        }

        public void Dispose()
        {
            Store.Dispose();
            Folder.Dispose();
        }

        private async Task InviteAsync(UserId blocked, Member invited)
        {
            var talk = Talk.Between(Store.Conversations, blocked);
            var creation = talk.Creation("spam", talk.Message(1, blocked, "first"));
            await talk.MustCommitAsync(creation with { Members = [.. creation.Members, invited] });
        }
    }
}
