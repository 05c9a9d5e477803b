using Connect.Contracts.Identifiers;
using Connect.Doors.Limits;
using Connect.Gateway.Sessions;
using Connect.Protocol.V1;
using CsCheck;
using Xunit;

namespace Connect.Tests.Gateway.Limits;

/// <summary>Whom a node without memory sends away: those who hold it, however long they have been there.</summary>
public sealed class ShedOrderTests
{
    private const long Light = 64 * 1024;
    private const long Heavy = 1_500_000;

    [Fact]
    public void The_heavy_ones_of_one_user_go_before_a_heavier_one_of_another() =>
        AssertFirst([.. Many(30, user: 1, address: 0, Heavy)], [.. Apart(30, 2 * Heavy), .. Apart(100, 0)]);

    [Fact]
    public void The_heavy_ones_of_one_address_go_first_whoever_they_say_they_are() =>
        AssertFirst(
            [.. Enumerable.Range(0, 30).Select(i => Load((ulong)i + 500, address: 7, Heavy))],
            [.. Apart(30, 2 * Heavy), .. Apart(100, 0)]
        );

    [Fact]
    public void Those_who_share_an_address_with_an_attacker_and_hold_nothing_go_after_all_who_hold_much() =>
        AssertFirst(
            [.. Many(3, user: 1, address: 7, Heavy), .. Apart(5, Heavy)],
            [.. Enumerable.Range(0, 200).Select(i => Load((ulong)i + 500, address: 7, 1_000))]
        );

    [Fact]
    public void Of_the_light_ones_those_go_first_of_whom_there_are_most() =>
        AssertFirst([.. Many(50, user: 1, address: 7, 0)], [.. Apart(200, 1_000)]);

    [Fact]
    public void The_order_does_not_depend_on_who_came_first() =>
        Gen.Select(Gen.ULong[1, 6], Gen.ULong[1, 4], Gen.Long[0, 200_000])
            .List[1, 60]
            .Sample(loads =>
            {
                var sessions = loads.Select((each, i) => Load(each.Item1, each.Item2, each.Item3 + i)).ToList();
                var there = ShedOrder.Sort(sessions, Light).Select(each => each.HeldBytes);
                sessions.Reverse();
                Assert.Equal(there, ShedOrder.Sort(sessions, Light).Select(each => each.HeldBytes));
            });

    [Fact]
    public async Task Old_idle_sessions_whose_sync_holds_much_go_before_the_newest()
    {
        using var gateway = new GatewayHarness(options =>
        {
            options.SyncPageConversations = 1;
            options.QueueSoftBytes = 16 * 1024;
        });
        var attacker = await gateway.NewUserAsync("attacker");
        var heavy = new List<TestClient>();
        for (var i = 0; i < 5; i++)
        {
            var client = await gateway.ConnectAsync(attacker, address: new(1, false));
            var sync = new Sync { Mode = SyncMode.Listed };
            sync.Positions.Add(
                Enumerable
                    .Range(0, 1_000)
                    .Select(_ => new Position { Conversation = ConversationId.NewRandom().ToString(), Seq = 1 })
            );
            Assert.True((await client.AskAsync(new() { Sync = sync })).SyncPage.More);
            heavy.Add(client);
        }

        var others = new List<TestClient>();
        for (ulong i = 0; i < 10; i++)
        {
            others.Add(await gateway.ConnectAsync(await gateway.NewUserAsync($"user{i}"), address: new(10 + i, false)));
        }

        var each = heavy[0].Session.HeldBytes;
        Assert.InRange(each, 24_000, 60_000);
        var freed = gateway.Table.Shed(atLeast: 1, bytes: 100 * each);
        Assert.InRange(freed, 4 * each, 6 * each);
        Assert.All(heavy, client => Assert.NotEqual(SessionStage.Open, client.Session.Stage));
        Assert.All(others, client => Assert.Equal(SessionStage.Open, client.Session.Stage));
    }

    private static SessionLoad<int> Load(ulong user, ulong address, long bytes) =>
        new(0, new UserId(user), new ClientAddress(address, false), bytes);

    private static IEnumerable<SessionLoad<int>> Many(int count, ulong user, ulong address, long bytes) =>
        Enumerable.Range(0, count).Select(_ => Load(user, address, bytes));

    /// <summary>Each of a user and an address of its own.</summary>
    private static IEnumerable<SessionLoad<int>> Apart(int count, long bytes) =>
        Enumerable.Range(0, count).Select(i => Load((ulong)(10_000 + i), (ulong)(10_000 + i), bytes));

    private static void AssertFirst(SessionLoad<int>[] first, SessionLoad<int>[] others)
    {
        var order = ShedOrder.Sort([.. others, .. first], Light);
        Assert.Equal(first.ToHashSet(), order.Take(first.Length).ToHashSet());
    }
}
