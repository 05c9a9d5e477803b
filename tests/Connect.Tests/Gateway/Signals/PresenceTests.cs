using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;
using Connect.Delivery.Watching;
using Connect.Protocol.V1;
using Xunit;

namespace Connect.Tests.Gateway.Signals;

/// <summary>Presence through sessions: who is told of whom, when, and in what way it is hidden.</summary>
public sealed class PresenceTests : IAsyncLifetime, IDisposable
{
    private readonly GatewayHarness _gateway = new(options => options.WatchedUsers = 5);
    private UserId _anna;
    private UserId _bert;
    private UserId _carl;
    private TestClient _viewer = null!;

    public async ValueTask InitializeAsync()
    {
        (_anna, _bert) = (await _gateway.NewUserAsync("anna"), await _gateway.NewUserAsync("bert"));
        _carl = await _gateway.NewUserAsync("carl");
        await BefriendAsync(_anna, _bert);
        _viewer = await _gateway.ConnectLiveAsync(_anna);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public void Dispose() => _gateway.Dispose();

    [Fact]
    public async Task A_contact_is_seen_to_come_to_stay_on_two_devices_and_to_leave()
    {
        Assert.Equal([(_bert, false, 0)], await WatchAsync(_viewer, _bert));
        var phone = await _gateway.ConnectAsync(_bert);
        _gateway.TellPresence();
        var since = _gateway.Time.GetUtcNow().ToUnixTimeMilliseconds();
        await ToldAsync(_viewer, (_bert, true, since));

        var laptop = await _gateway.ConnectAsync(_bert);
        await phone.ReceiveAsync(new ClientFrame { Bye = new() });
        _gateway.TellPresence();
        Assert.Equal([(_bert, true, since)], await WatchAsync(_viewer, _bert));

        await laptop.ReceiveAsync(new ClientFrame { Bye = new() });
        _gateway.TellPresence();
        await ToldAsync(_viewer, (_bert, true, since), (_bert, false, since));
    }

    [Fact]
    public async Task A_broken_connection_is_told_late_and_not_at_all_when_the_device_is_back()
    {
        var phone = await _gateway.ConnectAsync(_bert);
        await WatchAsync(_viewer, _bert);
        phone.Session.End();
        Advance(1.4);
        await _gateway.ConnectAsync(_bert);
        Advance(10);
        Assert.Empty(Told(_viewer));

        foreach (var session in new[] { await _gateway.ConnectAsync(_carl), phone })
        {
            session.Session.End();
        }

        Assert.Equal([(_bert, true)], (await WatchAsync(_viewer, _bert)).Select(each => (each.User, each.IsOnline)));
    }

    [Fact]
    public async Task Who_does_not_exist_is_no_contact_or_hides_is_offline_like_all_others()
    {
        var hidden = await _gateway.NewUserAsync("dora");
        await BefriendAsync(_anna, hidden);
        await _gateway.HideAsync(hidden, true);
        await _gateway.ConnectAsync(_carl);
        await _gateway.ConnectAsync(hidden);
        var nobody = UserId.NewRandom();

        var answer = await WatchAsync(_viewer, _bert, _carl, hidden, nobody, _anna);
        Assert.Equal(5, answer.Count);
        Assert.All(answer, each => Assert.Equal((false, 0), (each.IsOnline, each.Since)));
        _gateway.TellPresence();
        Assert.Empty(Told(_viewer));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_block_hides_it_whoever_blocks_and_its_end_shows_it_again(bool viewerBlocks)
    {
        await _gateway.ConnectAsync(_bert);
        var (_, isOnline, since) = Assert.Single(await WatchAsync(_viewer, _bert));
        Assert.True(isOnline && since > 0);
        var (owner, other) = viewerBlocks ? (_anna, _bert) : (_bert, _anna);
        await ChangeAsync(owner, other, row => row with { BlockedAt = 1 });
        await ToldAsync(_viewer, (_bert, false, 0));
        Assert.Equal([(_bert, false, 0)], await WatchAsync(_viewer, _bert));

        await ChangeAsync(owner, other, row => row with { BlockedAt = 0 });
        await ToldAsync(_viewer, (_bert, false, 0), (_bert, true, since));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_end_of_being_contacts_ends_it_whoever_ended_it_and_the_beginning_begins_it(bool viewerEnds)
    {
        await _gateway.ConnectAsync(_bert);
        var (_, isOnline, since) = Assert.Single(await WatchAsync(_viewer, _bert));
        Assert.True(isOnline && since > 0);
        var (owner, other) = viewerEnds ? (_anna, _bert) : (_bert, _anna);
        await ChangeAsync(owner, other, row => row with { WantedAt = 0 });
        await ToldAsync(_viewer, (_bert, false, 0));
        await ChangeAsync(owner, other, row => row with { WantedAt = 1 });
        await ToldAsync(_viewer, (_bert, false, 0), (_bert, true, since));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_hides_it_is_not_seen_and_sees_nobody(bool viewerHides)
    {
        await _gateway.ConnectAsync(_bert);
        var (_, isOnline, since) = Assert.Single(await WatchAsync(_viewer, _bert));
        Assert.True(isOnline && since > 0);
        await _gateway.HideAsync(viewerHides ? _anna : _bert, true);
        _gateway.TellPresence();
        await ToldAsync(_viewer, (_bert, false, 0));
        await _gateway.HideAsync(viewerHides ? _anna : _bert, false);
        _gateway.TellPresence();
        await ToldAsync(_viewer, (_bert, false, 0), (_bert, true, since));
    }

    [Fact]
    public async Task A_session_in_the_background_is_told_nothing_until_somebody_looks_again()
    {
        await WatchAsync(_viewer, _bert);
        await _viewer.ReceiveAsync(State(Activity.Background));
        await _gateway.ConnectAsync(_bert);
        _gateway.TellPresence();
        Assert.Empty(Told(_viewer));
        await _viewer.ReceiveAsync(State(Activity.Active));
        await ToldAsync(_viewer, (_bert, true, _gateway.Time.GetUtcNow().ToUnixTimeMilliseconds()));
    }

    [Fact]
    public async Task A_session_that_does_not_want_it_is_told_when_it_asks_and_not_else()
    {
        var device = DeviceId.NewRandom();
        var hello = new Hello
        {
            Token = _gateway.NewToken(_anna, device),
            DeviceId = device.ToString(),
            Wants = new() { Receipts = true },
        };
        var deaf = _gateway.Dial();
        await deaf.AskAsync(new() { Hello = hello });
        await _gateway.ConnectAsync(_bert);
        Assert.True(Assert.Single(await WatchAsync(deaf, _bert)).IsOnline);
        await _gateway.HideAsync(_bert, true);
        _gateway.TellPresence();
        Assert.Empty(Told(deaf));
    }

    [Fact]
    public async Task What_is_removed_is_told_no_more_and_makes_room()
    {
        var others = Enumerable.Range(0, 4).Select(_ => UserId.NewRandom()).ToArray();
        await WatchAsync(_viewer, [_bert, .. others]);
        var full = await _viewer.AskAsync(Watch([_carl], []));
        Assert.Equal(((uint)ErrorCode.TooLarge, "add"), (full.Err.Code, full.Err.Field));

        var answer = await _viewer.AskAsync(Watch([_carl], [_bert]));
        Assert.Equal(_carl.ToString(), Assert.Single(answer.Presence.Users).User);
        await _gateway.ConnectAsync(_bert);
        _gateway.TellPresence();
        Assert.Empty(Told(_viewer));
        Assert.Empty((await _viewer.AskAsync(Watch([], others))).Presence.Users);
    }

    [Theory]
    [InlineData("add", "nonsense")]
    [InlineData("add", "")]
    [InlineData("remove", "nonsense")]
    public async Task An_id_that_is_none_is_refused(string field, string id)
    {
        var watch = new Watch();
        (field == "add" ? watch.Add : watch.Remove).Add(id);
        var answer = await _viewer.AskAsync(new() { Watch = watch });
        Assert.Equal(((uint)ErrorCode.Invalid, field), (answer.Err.Code, answer.Err.Field));
    }

    [Fact]
    public async Task A_user_named_many_times_counts_once()
    {
        var answer = await _viewer.AskAsync(Watch([.. Enumerable.Repeat(_bert, 500)], []));
        Assert.Single(answer.Presence.Users);
    }

    [Fact]
    public async Task A_slow_reader_gets_the_last_word_on_each_user_also_after_it_lagged()
    {
        await WatchAsync(_viewer, _bert);
        Assert.True(ConversationId.TryParse(ConversationId.NewRandom().ToString(), out var conversation));
        _viewer.Link.Stall();
        while (_viewer.Session.Queue.Bytes <= _gateway.Options.QueueSoftBytes)
        {
            _gateway.Conversations.Write(conversation, _bert, _anna, new string('x', 4_000));
        }

        for (var i = 0; i < 5; i++)
        {
            var phone = await _gateway.ConnectAsync(_bert);
            _gateway.TellPresence();
            await phone.ReceiveAsync(new ClientFrame { Bye = new() });
            _gateway.TellPresence();
        }

        await _gateway.ConnectAsync(_bert);
        _gateway.TellPresence();
        _viewer.Session.Queue.Lag();
        _viewer.Link.Resume();
        await ToldAsync(_viewer, (_bert, true, _gateway.Time.GetUtcNow().ToUnixTimeMilliseconds()));
    }

    [Fact]
    public async Task News_that_were_lost_are_found_out_by_asking_again()
    {
        var phone = await _gateway.ConnectAsync(_bert);
        await WatchAsync(_viewer, _bert);
        await phone.ReceiveAsync(new ClientFrame { Bye = new() });
        LoseUpdates();
        Assert.Empty(Told(_viewer));

        // Once in the first seconds of the partition, when it is not sure of it yet, and once more.
        _gateway.Time.Advance(PresenceService.Renewal);
        Assert.Empty(Told(_viewer));
        _gateway.Time.Advance(PresenceService.Renewal);
        await ToldAsync(_viewer, (_bert, false, 0));

        // So is an invalidation.
        await _gateway.ConnectAsync(_bert);
        _gateway.TellPresence();
        await Eventually.TrueAsync(() => Told(_viewer).Count == 2, "bert is back");
        await _gateway.People.PutAsync(await RowAsync(_bert, _anna) with { BlockedAt = 1 }, new(9, 9, 9, 9, 9));
        _gateway.Presence.RelationChanged(_bert, _anna);
        LoseUpdates();
        _gateway.Time.Advance(PresenceService.Renewal);
        await Eventually.TrueAsync(() => Told(_viewer).Count == 3 && !Told(_viewer)[^1].IsOnline, "bert is hidden");
    }

    [Fact]
    public async Task News_that_were_lost_reach_every_viewer_whichever_part_they_are_in()
    {
        var viewers = new List<TestClient> { _viewer };
        for (var i = 0; i < 7; i++)
        {
            var user = await _gateway.NewUserAsync($"viewer{i}");
            await BefriendAsync(user, _bert);
            viewers.Add(await _gateway.ConnectLiveAsync(user));
        }

        var phone = await _gateway.ConnectAsync(_bert);
        foreach (var viewer in viewers)
        {
            Assert.True(Assert.Single(await WatchAsync(viewer, _bert)).IsOnline);
        }

        await phone.ReceiveAsync(new ClientFrame { Bye = new() });
        LoseUpdates();
        _gateway.Watched.Clear();
        _gateway.Time.Advance(PresenceService.Renewal);
        await Eventually.TrueAsync(() => _gateway.Watched.Count == 1, "the first renewal");
        _gateway.Time.Advance(PresenceService.Renewal);
        foreach (var viewer in viewers)
        {
            await ToldAsync(viewer, (_bert, false, 0));
        }

        // However many watch him, he is asked for once each time.
        Assert.Equal([1, 1], _gateway.Watched);
    }

    [Fact]
    public async Task A_directory_that_cannot_be_asked_makes_an_error_and_leaves_nothing_watched()
    {
        _gateway.BeforeWatch = () => throw new InvalidOperationException("no partition");
        var answer = await _viewer.AskAsync(Watch([_bert], []));
        Assert.Equal((uint)ErrorCode.Internal, answer.Err.Code);
        _gateway.BeforeWatch = () => Task.CompletedTask;
        await WatchAsync(_viewer, [.. Enumerable.Range(0, 5).Select(_ => UserId.NewRandom())]);
    }

    [Fact]
    public async Task While_the_store_fails_nothing_is_shown_and_afterwards_it_is()
    {
        await _gateway.ConnectAsync(_bert);
        await WatchAsync(_viewer, _bert);
        _gateway.PeopleReads.IsFailing = true;
        _gateway.Presence.RelationChanged(_bert, _anna);
        _gateway.TellPresence();
        await Eventually.TrueAsync(() => Told(_viewer) is [{ IsOnline: false }], "bert is hidden");
        _gateway.PeopleReads.IsFailing = false;
        _gateway.Time.Advance(PresenceService.Renewal);
        await Eventually.TrueAsync(() => Told(_viewer) is [_, { IsOnline: true }], "bert is shown again");
    }

    [Fact]
    public async Task Many_who_are_watched_are_asked_for_part_by_part()
    {
        using var gateway = new GatewayHarness();
        var viewer = await gateway.ConnectLiveAsync(await gateway.NewUserAsync("anna"));
        foreach (var part in Enumerable.Range(0, 1_000).Select(_ => UserId.NewRandom()).Chunk(400))
        {
            await WatchAsync(viewer, part);
        }

        gateway.Watched.Clear();
        gateway.Time.Advance(PresenceService.Renewal);
        await Eventually.TrueAsync(() => gateway.Watched.Sum() == 1_000, "all were asked for");
        Assert.Equal([500, 500], gateway.Watched);
    }

    [Fact]
    public async Task A_session_that_ended_watches_nobody()
    {
        await WatchAsync(_viewer, _bert);
        _viewer.Session.End();
        await _gateway.ConnectAsync(_bert);
        _gateway.TellPresence();
        Assert.Empty(Told(_viewer));
    }

    private static ClientFrame State(Activity activity) => new() { State = new() { Activity = activity } };

    private static ClientFrame Watch(UserId[] add, UserId[] remove) =>
        new()
        {
            Watch = new()
            {
                Add = { add.Select(each => each.ToString()) },
                Remove = { remove.Select(each => each.ToString()) },
            },
        };

    private static async Task<List<(UserId User, bool IsOnline, long Since)>> WatchAsync(
        TestClient client,
        params UserId[] users
    ) => Read((await client.AskAsync(Watch(users, []))).Presence);

    private static List<(UserId User, bool IsOnline, long Since)> Read(Connect.Protocol.V1.Presence presence) =>
        [.. presence.Users.Select(each => (Parse(each.User), each.Online, (long)each.Since))];

    private static UserId Parse(string text) => UserId.TryParse(text, out var user) ? user : default;

    /// <summary>What was pushed, in order.</summary>
    private static List<(UserId User, bool IsOnline, long Since)> Told(TestClient client) =>
        [.. client.Frames.Where(each => each is { Id: 0, Presence: not null }).SelectMany(each => Read(each.Presence))];

    private static Task ToldAsync(TestClient client, params (UserId, bool, long)[] expected) =>
        Eventually.TrueAsync(
            () => Told(client).SequenceEqual(expected),
            $"presence {string.Join(' ', expected)}, got {string.Join(' ', Told(client))}"
        );

    private async Task<Relation> RowAsync(UserId owner, UserId other) =>
        (await _gateway.People.ReadAsync([(owner, other)], TestContext.Current.CancellationToken))[0];

    private async Task BefriendAsync(UserId one, UserId other)
    {
        await _gateway.People.PutAsync(new(one, other, WantedAt: 1), new(9, 9, 9, 9, 9));
        await _gateway.People.PutAsync(new(other, one, WantedAt: 1), new(9, 9, 9, 9, 9));
    }

    private async Task ChangeAsync(UserId owner, UserId other, Func<Relation, Relation> change)
    {
        var row = change(await RowAsync(owner, other));
        Assert.Equal(RelationWrite.Written, await _gateway.People.PutAsync(row, new(9, 9, 9, 9, 9)));
        _gateway.Presence.RelationChanged(owner, other);
        _gateway.TellPresence();
    }

    private void Advance(double seconds)
    {
        _gateway.Time.Advance(TimeSpan.FromSeconds(seconds));
        _gateway.TellPresence();
    }

    private void LoseUpdates() => _gateway.Partition.TakeUpdates((_, _) => { }, (_, _) => { });
}
