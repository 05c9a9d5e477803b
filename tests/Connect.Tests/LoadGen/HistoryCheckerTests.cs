using Connect.LoadGen.Checking;
using CsCheck;
using Xunit;

namespace Connect.Tests.LoadGen;

public sealed class HistoryCheckerTests
{
    private static readonly string[] Devices = ["a1", "a2", "b1"];

    [Fact]
    public void A_run_in_which_all_is_well_is_clean()
    {
        var verdict = HistoryChecker.Check(Good());
        Assert.True(verdict.IsClean, string.Join("; ", verdict.Problems));
        Assert.Equal((20, 20), (verdict.Sent, verdict.Acked));
    }

    [Fact]
    public void A_run_that_sent_nothing_is_not_clean() =>
        Assert.False(
            HistoryChecker
                .Check(
                    new RunHistory(
                        new Dictionary<string, IReadOnlyList<SendRecord>>(),
                        Devices.ToDictionary(d => d, _ => (IReadOnlyList<SeenEntry>)[])
                    )
                )
                .IsClean
        );

    [Fact]
    public void A_run_that_nobody_received_is_not_clean() =>
        Assert.False(
            HistoryChecker.Check(Good() with { Logs = new Dictionary<string, IReadOnlyList<SeenEntry>>() }).IsClean
        );

    [Fact]
    public void An_unanswered_send_is_not_clean_but_nothing_is_lost()
    {
        var good = Good();
        var sends = Copy(good.Sends);
        sends["a1"][9] = sends["a1"][9] with { Seq = null };
        var verdict = HistoryChecker.Check(good with { Sends = Fixed(sends) });
        Assert.Equal((19, 0), (verdict.Acked, verdict.Lost));
        Assert.False(verdict.IsClean);
    }

    [Fact]
    public void An_acknowledged_message_that_no_device_has_is_lost_on_each()
    {
        var good = Good();
        var sends = Copy(good.Sends);
        sends["a1"].Add(new SendRecord("a1/late", 22));
        Assert.Equal(3, HistoryChecker.Check(good with { Sends = Fixed(sends) }).Lost);
    }

    [Fact]
    public void A_log_that_ends_early_has_lost_the_rest() =>
        Assert.True(Change("b1", log => log.RemoveAt(log.Count - 1)).Lost > 0);

    [Fact]
    public void A_hole_is_lost() => Assert.True(Change("b1", log => log.RemoveAt(7)).Lost > 0);

    [Fact]
    public void A_hole_in_place_of_a_change_of_membership_is_lost() =>
        Assert.Equal(1, Change("b1", log => log.RemoveAt(0)).Lost);

    [Fact]
    public void A_second_copy_at_another_seq_is_a_duplicate() =>
        Assert.True(Change(null, log => log.Add(log[^2] with { Seq = log[^1].Seq + 1 })).Duplicated > 0);

    [Fact]
    public void An_entry_given_twice_is_a_duplicate() =>
        Assert.True(Change("a2", log => log.Insert(5, log[4])).Duplicated > 0);

    [Fact]
    public void A_message_of_nobody_is_counted() =>
        Assert.True(Change(null, log => log.Add(new SeenEntry(log[^1].Seq + 1, "ghost"))).Duplicated > 0);

    [Fact]
    public void Two_entries_given_in_the_wrong_order_are_out_of_order() =>
        Assert.True(Change("a1", log => (log[3], log[4]) = (log[4], log[3])).OutOfOrder > 0);

    [Fact]
    public void Another_entry_at_the_same_seq_on_one_device_is_out_of_order() =>
        Assert.True(
            Change(
                "a1",
                log => (log[3], log[4]) = (log[3] with { Key = log[4].Key }, log[4] with { Key = log[3].Key })
            ).OutOfOrder > 0
        );

    [Fact]
    public void A_senders_messages_committed_in_another_order_are_out_of_order()
    {
        var good = Good();
        var sends = Copy(good.Sends);
        (sends["a1"][3], sends["a1"][4]) = (sends["a1"][4], sends["a1"][3]);
        var verdict = HistoryChecker.Check(good with { Sends = Fixed(sends) });
        Assert.Equal((0, 0, 1), (verdict.Lost, verdict.Duplicated, verdict.OutOfOrder));
    }

    [Fact]
    public void Whatever_single_entry_is_removed_repeated_or_swapped_on_one_device_is_noticed() =>
        Gen.Select(Gen.Int[0, 2], Gen.Int[0, 19], Gen.Int[0, 2])
            .Sample(
                (device, at, how) =>
                    !Change(
                        Devices[device],
                        log =>
                        {
                            switch (how)
                            {
                                case 0:
                                    log.RemoveAt(at);
                                    break;
                                case 1:
                                    log.Insert(at, log[at]);
                                    break;
                                default:
                                    (log[at], log[at + 1]) = (log[at + 1], log[at]);
                                    break;
                            }
                        }
                    ).IsClean
            );

    /// <summary>Entry 1 made the conversation; then two devices in turn wrote ten messages each.</summary>
    private static RunHistory Good()
    {
        var log = new List<SeenEntry> { new(1, null) };
        var sends = new Dictionary<string, List<SendRecord>> { ["a1"] = [], ["b1"] = [] };
        for (var n = 0; n < 20; n++)
        {
            var device = n % 2 == 0 ? "a1" : "b1";
            var key = $"{device}/{n}";
            sends[device].Add(new SendRecord(key, n + 2));
            log.Add(new SeenEntry(n + 2, key));
        }

        return new RunHistory(Fixed(sends), Devices.ToDictionary(d => d, _ => (IReadOnlyList<SeenEntry>)log));
    }

    private static Verdict Change(string? device, Action<List<SeenEntry>> change)
    {
        var good = Good();
        var logs = Copy(good.Logs);
        foreach (var log in logs.Where(l => device is null || l.Key == device))
        {
            change(log.Value);
        }

        var verdict = HistoryChecker.Check(good with { Logs = Fixed(logs) });
        Assert.False(verdict.IsClean);
        return verdict;
    }

    private static Dictionary<string, List<T>> Copy<T>(IReadOnlyDictionary<string, IReadOnlyList<T>> from) =>
        from.ToDictionary(pair => pair.Key, pair => pair.Value.ToList());

    private static Dictionary<string, IReadOnlyList<T>> Fixed<T>(Dictionary<string, List<T>> from) =>
        from.ToDictionary(pair => pair.Key, pair => (IReadOnlyList<T>)pair.Value);
}
