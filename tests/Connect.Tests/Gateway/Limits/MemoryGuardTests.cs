using Connect.Conversations.Writing;
using Connect.Gateway.Memory;
using Connect.Gateway.Sessions;
using Connect.Protocol;
using Connect.Protocol.V1;
using CsCheck;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xunit;

namespace Connect.Tests.Gateway.Limits;

/// <summary>When a node sheds load, and whom.</summary>
public sealed class MemoryGuardTests : IDisposable
{
    private const long Limit = 1000;

    private readonly GatewayHarness _gateway = new();
    private readonly FixedMemory _memory = new();

    public void Dispose() => _gateway.Dispose();

    [Fact]
    public void Levels_follow_use_and_do_not_flap_at_their_edges() =>
        Gen.Select(Gen.Enum<MemoryLevel>(), Gen.Long[0, 2 * Limit])
            .Sample(
                (level, used) =>
                {
                    var next = MemoryPolicy.Next(level, used, Limit);
                    Assert.Equal(next, MemoryPolicy.Next(next, used, Limit));
                    var (least, most) = next switch
                    {
                        MemoryLevel.Calm => (0L, 849L),
                        MemoryLevel.Tight => (800L, 999L),
                        _ => (950L, 2 * Limit),
                    };
                    Assert.InRange(used, least, most);
                }
            );

    [Fact]
    public void Some_sessions_go_at_a_time_but_at_least_one_while_there_is_one()
    {
        Assert.Equal(0, MemoryPolicy.ToShed(MemoryLevel.Tight, 500));
        Assert.Equal(0, MemoryPolicy.ToShed(MemoryLevel.Over, 0));
        Assert.Equal(1, MemoryPolicy.ToShed(MemoryLevel.Over, 3));
        Assert.Equal(25, MemoryPolicy.ToShed(MemoryLevel.Over, 500));
        Assert.Equal(1000, MemoryPolicy.ToShed(MemoryLevel.Over, 1_000_000));
    }

    [Fact]
    public async Task A_node_over_its_memory_sends_the_heaviest_away_and_lets_nobody_in_until_it_is_calm()
    {
        var user = await _gateway.NewUserAsync("anna");
        var clients = new List<TestClient>();
        for (var i = 0; i < 3; i++)
        {
            clients.Add(await _gateway.ConnectAsync(user));
        }

        using var guard = await StartAsync();
        _memory.UsedBytes = 900;
        _gateway.Pass(TimeSpan.FromSeconds(1));
        Assert.True(_gateway.Load.IsOverloaded);
        Assert.All(clients, client => Assert.Equal(0, client.Link.ClosedWith));
        Assert.Equal(1, _memory.Collections);

        var heavy = clients[1];
        heavy.Link.Stall();
        heavy.Session.Queue.Add(new ServerFrame { Err = new() { Message = new('x', 1_000) } });
        _memory.UsedBytes = 1001;
        _gateway.Pass(TimeSpan.FromSeconds(1));
        heavy.Link.Resume();
        var why = (await heavy.PushAsync(ServerFrame.BodyOneofCase.GoAway)).GoAway;
        Assert.Equal("overloaded", why.Reason);
        await heavy.ClosedWithAsync((int)CloseCode.Overloaded);
        Assert.All(clients.Where(each => each != heavy), client => Assert.Equal(0, client.Link.ClosedWith));

        _memory.UsedBytes = 700;
        _gateway.Pass(TimeSpan.FromSeconds(1));
        Assert.False(_gateway.Load.IsOverloaded);
    }

    [Fact]
    public async Task What_the_runtime_can_give_back_costs_nobody_their_session()
    {
        var client = await _gateway.ConnectAsync(await _gateway.NewUserAsync("anna"));
        using var guard = await StartAsync();
        (_memory.UsedBytes, _memory.UsedAfterGivingBack) = (1500, 500);
        _gateway.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(1, _memory.GivenBack);
        Assert.False(_gateway.Load.IsOverloaded);
        Assert.Equal(0, client.Link.ClosedWith);
    }

    [Fact]
    public async Task What_is_free_inside_the_process_is_not_in_use()
    {
        var client = await _gateway.ConnectAsync(await _gateway.NewUserAsync("anna"));
        using var guard = await StartAsync();
        (_memory.UsedBytes, _memory.FreeBytes, _memory.IsBusy) = (940, 300, true);
        _memory.Work();
        PassAlive(TimeSpan.FromSeconds(60));
        Assert.False(_gateway.Load.IsOverloaded);
        Assert.Equal((0, 0), (_memory.GivenBack, client.Link.ClosedWith));

        // With nothing to do it is given back, once.
        _memory.IsBusy = false;
        PassAlive(TimeSpan.FromSeconds(300));
        Assert.Equal((1, 0), (_memory.GivenBack, client.Link.ClosedWith));

        void PassAlive(TimeSpan time) =>
            _gateway.Pass(
                time,
                () =>
                {
                    client.Link.Activity.Received(messageIsOpen: false);
                    _memory.Work();
                }
            );
    }

    [Fact]
    public async Task With_nobody_connected_a_node_takes_connections_whatever_it_uses()
    {
        using var guard = await StartAsync();
        _memory.UsedBytes = 990;
        _gateway.Pass(TimeSpan.FromSeconds(30));
        Assert.False(_gateway.Load.IsOverloaded);
        await _gateway.ConnectAsync(await _gateway.NewUserAsync("anna"));
        _gateway.Pass(TimeSpan.FromSeconds(1));
        Assert.True(_gateway.Load.IsOverloaded);
    }

    [Fact]
    public async Task Idle_writers_of_conversations_end_before_any_session_does()
    {
        var client = await _gateway.ConnectAsync(await _gateway.NewUserAsync("anna"));
        using var guard = await StartAsync();
        var activations = _gateway.Get<ActivationTable>();
        var ended = 0;
        for (var i = 0; i < 10; i++)
        {
            activations.Enter(() => ended++).Used(12);
        }

        _gateway.Time.Advance(TimeSpan.FromSeconds(2));
        _memory.UsedBytes = 900;
        _gateway.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(5, ended);
        _memory.UsedBytes = 1001;
        _gateway.Pass(TimeSpan.FromMilliseconds(250));
        Assert.Equal((10, 0), (ended, activations.Bytes));
        Assert.Equal(0, client.Link.ClosedWith);
    }

    [Fact]
    public void A_collection_that_stops_all_is_made_when_it_must_be_or_when_nobody_notices() =>
        Gen.Select(
                Gen.Enum<MemoryLevel>(),
                Gen.Long[0, 2 * Limit],
                Gen.Long[0, Limit],
                Gen.Bool,
                Gen.Select(Gen.Double[0, 100], Gen.Double[0, 2], Gen.Long[0, Limit])
            )
            .Sample(
                (level, resident, free, isQuiet, last) =>
                {
                    var (ago, took, allocated) = (
                        TimeSpan.FromSeconds(last.Item1),
                        TimeSpan.FromSeconds(last.Item2),
                        last.Item3
                    );
                    var use = new MemoryUse(resident, Math.Min(free, resident), isQuiet);
                    var collection = MemoryPolicy.Collect(level, use, Limit, new(ago, took, allocated));
                    if (resident < 0.8 * Limit)
                    {
                        Assert.Equal(MemoryCollection.None, collection);
                    }
                    else if (collection == MemoryCollection.GiveBack)
                    {
                        var mustBe = resident >= (level == MemoryLevel.Over ? 0.95 : 1) * Limit;
                        Assert.True(mustBe ? ago >= MemoryPolicy.PauseAfter(took) || isQuiet : isQuiet);
                    }
                    else
                    {
                        Assert.True(resident < Limit || ago < MemoryPolicy.PauseAfter(took));
                    }
                }
            );

    [Fact]
    public async Task Without_a_collection_between_more_are_sent_away_only_when_it_gets_worse()
    {
        var user = await _gateway.NewUserAsync("anna");
        var clients = new List<TestClient>();
        for (var i = 0; i < 5; i++)
        {
            clients.Add(await _gateway.ConnectAsync(user));
        }

        using var guard = await StartAsync();
        int Gone() => clients.Count(each => each.Link.ClosedWith != 0);
        _memory.UsedBytes = 1100;
        Look();
        await Eventually.TrueAsync(() => Gone() == 1, "the first to be sent away");
        Look();
        Assert.Equal((1, 1), (Gone(), _memory.GivenBack));
        foreach (var client in clients.Take(2))
        {
            client.Link.Stall();
            client.Session.Queue.Add(new ServerFrame { Err = new() { Message = new('x', 100_000) } });
        }

        _memory.UsedBytes = 1200;
        Look();
        await Eventually.TrueAsync(
            () => clients.Count(each => each.Session.Stage == SessionStage.Closing) == 2,
            "a heavy one more when it got worse"
        );
        Assert.Equal(1, _memory.GivenBack);
        _gateway.Pass(TimeSpan.FromSeconds(1));
        await Eventually.TrueAsync(
            () => clients.Count(each => each.Session.Stage == SessionStage.Closing) == 3,
            "one more when a collection did not help"
        );
        Assert.Equal(2, _memory.GivenBack);

        void Look() => _gateway.Pass(TimeSpan.FromMilliseconds(250));
    }

    [Fact]
    public async Task As_many_go_as_hold_what_is_too_much_the_heaviest_first_and_the_light_ones_stay()
    {
        var user = await _gateway.NewUserAsync("anna");
        var clients = new List<TestClient>();
        for (var i = 0; i < 8; i++)
        {
            var client = await _gateway.ConnectAsync(user);
            clients.Add(client);
            client.Link.Stall();
            for (var frames = 0; i < 4 && frames < 100; frames++)
            {
                client.Session.Queue.Add(new ServerFrame { TokenExpiring = new() { InMs = 1 } });
            }
        }

        _gateway.Options.QueueSoftBytes = 50;
        var each = clients[3].Session.Queue.Bytes;
        Assert.True(each > 100, "Nothing waits for them.");
        _gateway.Table.Shed(1, 2 * each + 1);
        Assert.Equal(3, clients.Count(client => client.Session.Stage == SessionStage.Closing));
        Assert.All(clients.Skip(4), client => Assert.Equal(SessionStage.Open, client.Session.Stage));
        _gateway.Table.Shed(0, 100 * each);
        Assert.Equal(4, clients.Count(client => client.Session.Stage == SessionStage.Closing));
        _gateway.Table.Shed(2, 0);
        Assert.Equal(6, clients.Count(client => client.Session.Stage == SessionStage.Closing));
    }

    [Fact]
    public void A_collection_takes_a_tenth_of_the_time_at_most() =>
        Gen.Double[0, 100]
            .Sample(seconds =>
            {
                var collection = TimeSpan.FromSeconds(seconds);
                var pause = MemoryPolicy.PauseAfter(collection);
                Assert.True(pause >= TimeSpan.FromSeconds(1));
                Assert.True(collection <= 0.1001 * (collection + pause));
            });

    private async Task<MemoryGuard> StartAsync()
    {
        var guard = new MemoryGuard(
            _gateway.Table,
            _gateway.Get<ActivationTable>(),
            _gateway.Load,
            _memory,
            Options.Create(new MemoryOptions { LimitBytes = Limit }),
            _gateway.Time,
            NullLogger<MemoryGuard>.Instance
        );
        await guard.StartAsync(TestContext.Current.CancellationToken);
        return guard;
    }

    private sealed class FixedMemory : IProcessMemory
    {
        public long AvailableBytes => 4000;

        public long UsedBytes { get; set; }

        public long FreeBytes { get; set; }

        public long ResidentBytes => UsedBytes;

        public long AllocatedBytes { get; private set; }

        /// <summary>Whether much is allocated all the time.</summary>
        public bool IsBusy { get; set; }

        /// <summary>What a collection that gives back leaves in use.</summary>
        public long? UsedAfterGivingBack { get; set; }

        public int Collections { get; private set; }

        public int GivenBack { get; private set; }

        public void Work() => AllocatedBytes += IsBusy ? 100 << 20 : 0;

        public void Collect(bool giveBack)
        {
            Collections++;
            GivenBack += giveBack ? 1 : 0;
            UsedBytes = giveBack ? UsedAfterGivingBack ?? UsedBytes - FreeBytes : UsedBytes;
            FreeBytes = giveBack ? 0 : FreeBytes;
        }
    }
}
