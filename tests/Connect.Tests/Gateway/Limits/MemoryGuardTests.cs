using Connect.Gateway.Limits;
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
    private readonly NodeLoad _load = new();

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

        using var guard = new MemoryGuard(
            _gateway.Hub,
            _load,
            _memory,
            Options.Create(new MemoryOptions { LimitBytes = Limit }),
            _gateway.Time,
            NullLogger<MemoryGuard>.Instance
        );
        await guard.StartAsync(TestContext.Current.CancellationToken);
        _memory.UsedBytes = 900;
        _gateway.Pass(TimeSpan.FromSeconds(1));
        Assert.True(_load.IsOverloaded);
        Assert.All(clients, client => Assert.Equal(0, client.Link.ClosedWith));
        Assert.Equal(1, _memory.Collections);

        _memory.UsedBytes = 1001;
        _gateway.Pass(TimeSpan.FromSeconds(1));
        var newest = clients[^1];
        var why = (await newest.PushAsync(ServerFrame.BodyOneofCase.GoAway)).GoAway;
        Assert.Equal("overloaded", why.Reason);
        await newest.ClosedWithAsync((int)CloseCode.Overloaded);
        Assert.All(clients.Take(2), client => Assert.Equal(0, client.Link.ClosedWith));

        _memory.UsedBytes = 700;
        _gateway.Pass(TimeSpan.FromSeconds(1));
        Assert.False(_load.IsOverloaded);
    }

    private sealed class FixedMemory : IProcessMemory
    {
        public long AvailableBytes => 4000;

        public long UsedBytes { get; set; }

        public int Collections { get; private set; }

        public void Collect() => Collections++;
    }
}
