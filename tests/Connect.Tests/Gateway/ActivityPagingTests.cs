using Connect.Contracts.Identifiers;
using Connect.Conversations.Lists;
using CsCheck;
using Xunit;

namespace Connect.Tests.Gateway;

/// <summary>The pages of the list while its order changes between them.</summary>
public sealed class ActivityPagingTests
{
    private const int Count = 40;

    [Fact]
    public void Where_nothing_moves_each_comes_once_and_in_order() =>
        Gen.Select(Gen.Int[0, Count], Gen.Int[1, 12])
            .Sample(
                (count, limit) =>
                {
                    var times = Enumerable.Range(0, count).ToDictionary(i => Id(i), i => 1_000L + (i / 3));
                    var told = new List<ActivityPlace>();
                    for (var cursor = ActivityCursor.Start; ; )
                    {
                        var page = Read(times, ref cursor, limit, out var more);
                        told.AddRange(page);
                        if (!more)
                        {
                            break;
                        }
                    }

                    Assert.Equal(Places(times).Order(), told);
                }
            );

    [Fact]
    public void Where_something_always_moves_the_pages_end_all_the_same()
    {
        var now = 1_000_000L;
        var times = Enumerable.Range(0, Count).ToDictionary(i => Id(i), _ => now);
        var cursor = ActivityCursor.Start;
        var pages = 0;
        for (var more = true; more; pages++)
        {
            Assert.InRange(cursor.Round, 0, ActivityPaging.MaxRounds);
            Read(times, ref cursor, limit: 1, out more);
            times[Id(pages % Count)] = ++now;
        }

        Assert.InRange(pages, ActivityPaging.MaxRounds * 2, (ActivityPaging.MaxRounds + 1) * Count);
    }

    [Fact]
    public void What_moves_between_two_pages_is_told_where_it_is_now() =>
        Gen.Select(
                Gen.Int[1, 12],
                Gen.Select(Gen.Int[0, Count - 1], Gen.Int[0, (int)ActivityPaging.SlackMilliseconds]).List[0, 5].Array[
                    0,
                    12
                ]
            )
            .Sample(
                (limit, moves) =>
                {
                    var now = 1_000_000L;
                    var times = Enumerable.Range(0, Count).ToDictionary(i => Id(i), i => now - (i * 1_000_000 / Count));
                    var told = new Dictionary<ConversationId, long>();
                    var cursor = ActivityCursor.Start;
                    var more = true;
                    for (var pages = 0; more; pages++)
                    {
                        Assert.True(pages < 1_000, "The pages come to no end.");
                        foreach (var place in Read(times, ref cursor, limit, out more))
                        {
                            told[place.Conversation] = place.Time;
                        }

                        if (more)
                        {
                            now += 5_000;
                            foreach (var (who, late) in pages < moves.Length ? moves[pages] : [])
                            {
                                // It shows some time after the time it bears, but its own time never falls.
                                times[Id(who)] = Math.Max(times[Id(who)], now - late);
                            }
                        }
                    }

                    Assert.Equal(times.OrderBy(each => each.Key), told.OrderBy(each => each.Key));
                },
                iter: 2_000
            );

    private static ConversationId Id(int number) => new((UInt128)number + 1);

    private static IEnumerable<ActivityPlace> Places(Dictionary<ConversationId, long> times) =>
        times.Select(each => new ActivityPlace(each.Value, each.Key));

    private static List<ActivityPlace> Read(
        Dictionary<ConversationId, long> times,
        ref ActivityCursor cursor,
        int limit,
        out bool more
    )
    {
        var paging = new ActivityPaging(Places(times), cursor);
        var page = new List<ActivityPlace>();
        while (!paging.Left.IsEmpty && page.Count < limit)
        {
            page.Add(paging.Left[0]);
            paging.Take();
        }

        more = paging.ToCursor() is not null;
        Assert.True(ActivityCursor.TryParse(paging.ToCursor()?.ToString() ?? "", out cursor));
        return page;
    }
}
