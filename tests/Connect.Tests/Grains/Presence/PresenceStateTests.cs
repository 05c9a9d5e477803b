using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Delivery.Presence;
using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Connect.Tests.Grains.Presence;

/// <summary>When a user counts as online, against a rule that looks at the whole past.</summary>
public sealed class PresenceStateTests
{
    private static readonly UserId Ann = new(1);
    private static readonly NodeId Gateway = new(7);
    private readonly PresenceOptions _options = new();

    private enum Deed
    {
        Connect,
        Break,
        Leave,
        SendAway,
        Wait,
    }

    [Fact]
    public void A_user_is_online_exactly_while_there_is_a_session_or_one_may_be_back()
    {
        var deeds = Gen.Select(Gen.Enum<Deed>(), Gen.Int[0, 3], Gen.OneOf(Gen.Int[0, 1600], Gen.Int[0, 20_000]));
        deeds.List[0, 60].Sample(Follow);
    }

    [Theory]
    [InlineData(RouteEnd.Left, 0)]
    [InlineData(RouteEnd.Broken, 1_500)]
    [InlineData(RouteEnd.SentAway, 15_000)]
    public void The_end_of_the_last_session_is_told_after_the_time_its_kind_has(RouteEnd end, int delay)
    {
        var time = new FakeTimeProvider();
        var presence = new PartitionPresence(_options, time);
        presence.Came(Ann);
        presence.Watch(Ann, Gateway);
        presence.Went(Ann, isLive: false, end);

        if (delay > 0)
        {
            time.Advance(TimeSpan.FromMilliseconds(delay - 1));
            Assert.Empty(Told(presence));
            time.Advance(TimeSpan.FromMilliseconds(1));
        }

        var told = Assert.Single(Told(presence));
        Assert.False(told.IsOnline);
        Assert.Equal(time.GetUtcNow().ToUnixTimeMilliseconds(), told.Since);
        Assert.Empty(Told(presence));
    }

    [Fact]
    public void Somebody_who_comes_back_in_time_flickers_for_nobody()
    {
        var time = new FakeTimeProvider();
        var presence = new PartitionPresence(_options, time);
        presence.Came(Ann);
        presence.Watch(Ann, Gateway);
        for (var i = 0; i < 20; i++)
        {
            presence.Went(Ann, isLive: false, RouteEnd.Broken);
            time.Advance(TimeSpan.FromSeconds(1.4));
            Assert.Empty(Told(presence));
            presence.Came(Ann);
            Assert.Empty(Told(presence));
        }
    }

    [Fact]
    public void A_gateway_that_asks_no_more_is_not_told_after_its_lease_and_nothing_is_kept()
    {
        var time = new FakeTimeProvider();
        var presence = new PartitionPresence(_options, time);
        presence.Watch(Ann, Gateway);
        time.Advance(_options.WatchLease - TimeSpan.FromSeconds(1));
        presence.Came(Ann);
        Assert.Single(Told(presence));
        time.Advance(_options.WatchLease + TimeSpan.FromSeconds(1));
        Told(presence);
        presence.Went(Ann, isLive: false, RouteEnd.Left);
        Assert.Empty(Told(presence));
        Assert.Equal(0, presence.WatchedCount);
        Assert.True(presence.IsIdle);
    }

    [Fact]
    public void A_partition_that_began_a_moment_ago_is_sure_of_those_who_are_online_only()
    {
        var time = new FakeTimeProvider();
        var presence = new PartitionPresence(_options, time);
        Assert.False(presence.Watch(Ann, Gateway).IsSure);
        presence.Came(Ann);
        Assert.True(presence.Watch(Ann, Gateway).IsSure);
        time.Advance(_options.SentAwayDelay);
        presence.Went(Ann, isLive: false, RouteEnd.Left);
        Assert.True(presence.Watch(Ann, Gateway) is { IsSure: true, IsOnline: false, Since: 0 });
    }

    [Fact]
    public void An_invalidation_goes_to_the_gateways_that_watch_or_hold_the_user()
    {
        var presence = new PartitionPresence(_options, new FakeTimeProvider());
        var before = presence.Watch(Ann, Gateway).Revision;
        presence.Invalidate(Ann, new(2), [new(8)]);
        var invalidations = new List<(NodeId Node, PresenceInvalidation Invalidation)>();
        presence.Take((_, _) => { }, (node, invalidation) => invalidations.Add((node, invalidation)));

        Assert.Equal([new(7), new(8)], invalidations.Select(each => each.Node).Order());
        Assert.All(invalidations, each => Assert.Equal(before, each.Invalidation.Before));
        Assert.Equal(invalidations[0].Invalidation.Revision, presence.Watch(Ann, Gateway).Revision);

        // Somebody whom nobody watched then has another number afterwards, too.
        var unseen = new PartitionPresence(_options, new FakeTimeProvider());
        var first = new PartitionPresence(_options, new FakeTimeProvider()).Watch(Ann, Gateway).Revision;
        unseen.Invalidate(Ann, default, []);
        Assert.NotEqual(first, unseen.Watch(Ann, Gateway).Revision);
    }

    private static List<PresenceStatus> Told(PartitionPresence presence)
    {
        var told = new List<PresenceStatus>();
        presence.Expire();
        presence.Take((_, change) => told.Add(change), (_, _) => { });
        return told;
    }

    private bool Follow(List<(Deed Deed, int Session, int Wait)> deeds)
    {
        var time = new FakeTimeProvider();
        var presence = new PartitionPresence(_options, time);
        presence.Watch(Ann, Gateway);
        var live = new HashSet<int>();
        var (now, until, told) = (0L, -1L, false);
        foreach (var (deed, session, wait) in deeds)
        {
            if (deed == Deed.Connect && live.Add(session))
            {
                until = -1;
                presence.Came(Ann);
            }
            else if (deed is Deed.Break or Deed.Leave or Deed.SendAway && live.Remove(session))
            {
                var (end, delay) = deed switch
                {
                    Deed.Break => (RouteEnd.Broken, 1_500),
                    Deed.Leave => (RouteEnd.Left, 0),
                    _ => (RouteEnd.SentAway, 15_000),
                };
                until = Math.Max(until, now + delay);
                presence.Went(Ann, live.Count > 0, end);
            }
            else if (deed == Deed.Wait)
            {
                time.Advance(TimeSpan.FromMilliseconds(wait));
                now += wait;
            }

            // The lease of the watch must not end in a long test.
            var isOnline = live.Count > 0 || now < until;
            foreach (var change in Told(presence))
            {
                if (change.IsOnline == told)
                {
                    return false;
                }

                told = change.IsOnline;
            }

            if (told != isOnline || presence.Watch(Ann, Gateway).IsOnline != isOnline)
            {
                return false;
            }
        }

        return true;
    }
}
