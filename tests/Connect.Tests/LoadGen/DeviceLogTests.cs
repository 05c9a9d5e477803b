using Connect.LoadGen.Checking;
using CsCheck;
using Xunit;

namespace Connect.Tests.LoadGen;

/// <summary>What is planted in a stream of deliveries is found, and nothing else is.</summary>
public sealed class DeviceLogTests
{
    private const int Senders = 3;
    private const int PerSender = 10;

    private readonly Faults _faults = new();
    private readonly SharedOrder _order = new();

    [Fact]
    public void A_run_in_which_all_is_well_is_clean()
    {
        GiveAll(Log("one"), Stream());
        GiveAll(Log("two"), Stream());
        Assert.False(_faults.Any, string.Join("; ", _faults.Problems));
    }

    [Fact]
    public void What_comes_early_waits_for_what_it_follows()
    {
        var log = Log("one");
        Assert.True(log.Take(2, 0, 1));
        Assert.Equal((0, true), (log.Position, log.HasHole));
        Assert.True(log.Take(1, 0, 0));
        Assert.Equal((2, false), (log.Position, log.HasHole));
        Assert.False(_faults.Any);
    }

    [Fact]
    public void Whatever_single_message_is_dropped_is_lost() =>
        Gen.Int[0, (Senders * PerSender) - 1]
            .Sample(at =>
            {
                var test = new DeviceLogTests();
                var stream = Stream();
                stream.RemoveAt(at);
                GiveAll(test.Log("one"), stream);
                return test._faults is { Lost: > 0, Duplicated: 0, OutOfOrder: 0 };
            });

    [Fact]
    public void Whatever_single_message_is_pushed_twice_is_duplicated() =>
        Gen.Select(Gen.Int[0, (Senders * PerSender) - 1], Gen.Int[0, Senders * PerSender])
            .Sample(
                (at, later) =>
                {
                    var test = new DeviceLogTests();
                    var stream = Stream();
                    stream.Insert(Math.Max(at + 1, later), stream[at]);
                    GiveAll(test.Log("one"), stream);
                    return test._faults is { Lost: 0, Duplicated: 1, OutOfOrder: 0 };
                }
            );

    [Fact]
    public void A_second_copy_at_another_seq_is_duplicated()
    {
        var stream = Stream();
        stream.Add((stream.Count + 1, stream[4].Sender, stream[4].Number));
        GiveAll(Log("one"), stream);
        Assert.Equal((0, 1, 0), (_faults.Lost, _faults.Duplicated, _faults.OutOfOrder));
    }

    [Fact]
    public void Two_messages_of_one_sender_that_changed_places_are_out_of_order()
    {
        var stream = Stream();
        var (first, second) = (stream[0], stream[Senders]);
        Assert.Equal(first.Sender, second.Sender);
        (stream[0], stream[Senders]) = (first with { Number = second.Number }, second with { Number = first.Number });
        GiveAll(Log("one"), stream);
        Assert.True(_faults.OutOfOrder > 0);
    }

    [Fact]
    public void Another_order_than_on_another_device_is_out_of_order()
    {
        GiveAll(Log("one"), Stream());
        var stream = Stream();
        var (first, second) = (stream[0], stream[1]);
        (stream[0], stream[1]) = (second with { Seq = first.Seq }, first with { Seq = second.Seq });
        GiveAll(Log("two"), stream);
        Assert.Equal((0, 0, 2), (_faults.Lost, _faults.Duplicated, _faults.OutOfOrder));
    }

    [Fact]
    public void What_a_sync_brings_again_is_no_duplicate_but_what_comes_after_it_is()
    {
        var log = Log("one");
        log.Take(1, 0, 0);
        log.BeginSync();
        Assert.False(log.Take(1, 0, 0));
        log.Take(2, 0, 1);
        log.EndSync();
        Assert.False(log.Take(2, 0, 1));
        Assert.Equal((2, false), (log.Again, _faults.Any));
        log.Take(3, 0, 2);
        Assert.False(log.Take(3, 0, 2));
        Assert.Equal(1, _faults.Duplicated);
    }

    [Fact]
    public void A_skipped_range_is_passed_over()
    {
        var log = Log("one");
        log.Take(4, 0, 0);
        log.Skip(1, 3);
        Assert.Equal((4, false), (log.Position, _faults.Any));
    }

    [Fact]
    public void Without_seqs_a_gap_is_lost_and_a_repetition_duplicated()
    {
        var log = Log("one");
        log.TakeUnnumbered(0, 0);
        log.TakeUnnumbered(0, 2);
        Assert.Equal((1, 0), (_faults.Lost, _faults.Duplicated));
        log.TakeUnnumbered(0, 2);
        Assert.Equal((1, 1), (_faults.Lost, _faults.Duplicated));
    }

    [Fact]
    public void Only_the_first_problems_of_a_kind_are_told_but_all_are_counted()
    {
        var log = Log("one");
        log.TakeUnnumbered(0, 0);
        for (var i = 0; i < 100; i++)
        {
            log.TakeUnnumbered(0, 0);
        }

        Assert.Equal((100, 5), (_faults.Duplicated, _faults.Problems.Count));
    }

    private DeviceLog Log(string name) => new(name, Senders, _order, _faults);

    private static void GiveAll(DeviceLog log, List<(long Seq, int Sender, int Number)> stream)
    {
        foreach (var (seq, sender, number) in stream)
        {
            log.Take(seq, sender, number);
        }

        log.Settle([PerSender, PerSender, PerSender]);
    }

    private static List<(long Seq, int Sender, int Number)> Stream() =>
        [.. Enumerable.Range(0, Senders * PerSender).Select(i => ((long)i + 1, i % Senders, i / Senders))];
}
