using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Protocol.V1;
using Xunit;

namespace Connect.Tests.Gateway;

/// <summary>What is shown where in the list: requests apart, hidden ones not, muted ones with their time.</summary>
public sealed class ListChoiceTests : IAsyncLifetime
{
    private readonly GatewayHarness _gateway = new();
    private UserId _me;
    private TestClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _me = await _gateway.NewUserAsync("me");
        _client = await _gateway.ConnectAsync(_me);
    }

    public ValueTask DisposeAsync()
    {
        _gateway.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Requests_are_listed_apart()
    {
        var friends = await TalksAsync(5);
        var strangers = await TalksAsync(5);
        var declined = await TalksAsync(2);
        await FlagAsync(strangers, MemberFlags.Request);
        await FlagAsync(declined, MemberFlags.Declined);

        Assert.Equal(Sorted(strangers.Concat(friends)), await ListAsync(ConversationFilter.Unspecified));
        Assert.Equal(Sorted(friends), await ListAsync(ConversationFilter.Accepted));
        Assert.Equal(Sorted(strangers), await ListAsync(ConversationFilter.Requests));
        Assert.Empty(await ListAsync(ConversationFilter.Hidden));
    }

    [Fact]
    public async Task A_hidden_one_comes_back_with_the_next_entry_of_anybody()
    {
        var talks = await TalksAsync(3);
        var (mine, theirs) = (talks[0], talks[1]);
        await _gateway.Store.ChooseAsync(_me, mine, null, hiddenThrough: 1);
        await _gateway.Store.ChooseAsync(_me, theirs, null, hiddenThrough: 1);

        Assert.Equal(Sorted([talks[2]]), await ListAsync(ConversationFilter.Unspecified));
        Assert.Equal(Sorted(new[] { mine, theirs }), await ListAsync(ConversationFilter.Hidden));
        Assert.True((await ByIdAsync(mine)).Hidden);

        Write(mine, _me);
        Assert.Equal(Sorted(new[] { mine, talks[2] }), await ListAsync(ConversationFilter.Unspecified));
        Assert.False((await ByIdAsync(mine)).Hidden);
        Write(theirs, UserId.NewRandom());
        Assert.Empty(await ListAsync(ConversationFilter.Hidden));
        Assert.Equal(3, (await ListAsync(ConversationFilter.Accepted)).Length);
    }

    [Fact]
    public async Task A_muted_one_tells_until_when_and_then_nothing()
    {
        var talk = Assert.Single(await TalksAsync(1));
        var until = _gateway.Time.GetUtcNow().AddMinutes(1).ToUnixTimeMilliseconds();
        await _gateway.Store.ChooseAsync(_me, talk, until, null);

        Assert.Equal((ulong)until, (await ByIdAsync(talk)).MutedUntil);
        Assert.False((await ByIdAsync(talk)).Hidden);
        _gateway.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(0ul, (await ByIdAsync(talk)).MutedUntil);
    }

    [Fact]
    public async Task Whoever_pages_while_activity_moves_misses_none()
    {
        var talks = await TalksAsync(30);
        var seen = new Dictionary<string, ulong>();
        var ask = new ConversationsRequest { Limit = 4 };
        var moves = new Queue<ConversationId>(talks.Take(10));
        do
        {
            var page = (await _client.AskAsync(new() { Conversations = ask })).Conversations;
            foreach (var item in page.Items)
            {
                seen[item.Id] = item.Head;
            }

            ask.After = page.Next;
            if (page.Next.Length > 0 && moves.TryDequeue(out var moved))
            {
                // The oldest ones, of which most are not told yet.
                _gateway.Time.Advance(TimeSpan.FromSeconds(1));
                Write(moved, UserId.NewRandom());
            }
        } while (ask.After.Length > 0);

        Assert.Empty(moves);
        Assert.Equal(
            talks.Select((talk, i) => (talk.ToString(), i < 10 ? 2ul : 1ul)).Order(),
            seen.Select(each => (each.Key, each.Value)).Order()
        );
    }

    private async Task<ConversationId[]> TalksAsync(int count)
    {
        var talks = new ConversationId[count];
        for (var i = 0; i < count; i++)
        {
            var peer = await _gateway.NewUserAsync($"u{UserId.NewRandom()}");
            talks[i] = _gateway.Keys.Derive(peer, _me);
            _gateway.Conversations.Write(talks[i], peer, _me, "text");
            _gateway.Time.Advance(TimeSpan.FromMinutes(1));
        }

        return talks;
    }

    private void Write(ConversationId talk, UserId from) => _gateway.Conversations.Write(talk, from, default, "text");

    private async Task FlagAsync(IEnumerable<ConversationId> talks, MemberFlags flags)
    {
        foreach (var talk in talks)
        {
            Assert.NotNull(await _gateway.Store.SetFlagsAsync(talk, _me, default, flags, MemberFlags.None));
        }
    }

    private async Task<ConversationSummary> ByIdAsync(ConversationId talk)
    {
        var ask = new ConversationsRequest { Ids = { talk.ToString() } };
        return Assert.Single((await _client.AskAsync(new() { Conversations = ask })).Conversations.Items);
    }

    private static ConversationId[] Sorted(IEnumerable<ConversationId> talks) => talks.Order().ToArray();

    private async Task<ConversationId[]> ListAsync(ConversationFilter filter)
    {
        var seen = new List<string>();
        var ask = new ConversationsRequest { Limit = 2, Filter = filter };
        do
        {
            var page = (await _client.AskAsync(new() { Conversations = ask })).Conversations;
            Assert.InRange(page.Items.Count, 0, 2);
            seen.AddRange(page.Items.Select(item => item.Id));
            ask.After = page.Next;
        } while (ask.After.Length > 0);

        return Sorted(seen.Select(id => ConversationId.TryParse(id, out var parsed) ? parsed : default));
    }
}
