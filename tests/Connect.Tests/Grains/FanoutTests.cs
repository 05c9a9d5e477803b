using System.Diagnostics;
using Connect.Contracts.Conversations;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Delivery.Directory;
using Connect.Delivery.Fanout;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xunit;

namespace Connect.Tests.Grains;

/// <summary>From publications to nodes: order, batches, overflow, and what is said again.</summary>
public sealed class FanoutTests
{
    private readonly UserId _ann = new(1);
    private readonly UserId _bob = new(2);
    private readonly FakeEndpoint _near = new();
    private readonly FakeEndpoint _far = new();
    private readonly LocalNode _local = new();
    private readonly NodeId _farNode = NodeId.NewRandom();
    private readonly FanoutOptions _options = new() { RetryFirstPause = TimeSpan.FromMilliseconds(1) };
    private int _located;

    [Fact]
    public async Task Publications_reach_the_node_of_the_partition_in_their_order()
    {
        var fanout = Create(_ => Task.FromResult(Here()));
        for (var seq = 1; seq <= 500; seq++)
        {
            fanout.Publish(Entry(1, seq, _ann, _bob));
        }

        await UntilAsync(() => _near.Publications.Count == 500, "500 publications");
        Assert.Equal(Enumerable.Range(1, 500).Select(seq => (long)seq), _near.Publications.Select(p => p.Head));
        Assert.Equal(
            Enumerable.Range(1, _near.FannedOut.Count).Select(number => (long)number),
            _near.FannedOut.Select(batch => batch.Number)
        );
    }

    [Fact]
    public async Task What_waits_during_a_call_goes_out_in_one()
    {
        var gate = new TaskCompletionSource();
        _near.Before = () => gate.Task;
        var fanout = Create(_ => Task.FromResult(Here()));
        fanout.Publish(Entry(1, 1, _ann, _bob));
        await UntilAsync(() => Volatile.Read(ref _located) == 2, "the look-up of both partitions");
        for (var seq = 2; seq <= 100; seq++)
        {
            fanout.Publish(Entry(1, seq, _ann, _bob));
        }

        gate.SetResult();
        await UntilAsync(() => _near.Publications.Count == 100, "100 publications");
        Assert.True(_near.FannedOut.Count <= 3, $"{_near.FannedOut.Count} calls were made.");
    }

    [Fact]
    public async Task A_queue_goes_on_when_what_it_gives_back_is_not_taken()
    {
        var (calls, refused) = (0, 0);
        _near.Before = () =>
            Interlocked.Increment(ref calls) == 1
                ? throw new IOException("The node does not answer.")
                : Task.CompletedTask;
        var queue = new NodeQueue(
            NodeId.NewRandom(),
            NodeId.NewRandom(),
            _near,
            (_, _) => throw new InvalidOperationException($"Refused {Interlocked.Increment(ref refused)}"),
            _options,
            TimeProvider.System,
            NullLogger.Instance
        );
        queue.Add(Entry(1, 7, _ann, _bob));
        await UntilAsync(() => _near.Publications.Count == 1, "what was not given back");
        Assert.Equal((1, 7L), (refused, _near.Publications[0].Head));
        queue.Add(Entry(1, 8, _ann, _bob));
        await UntilAsync(() => _near.Publications.Count == 2, "what came later");
    }

    [Fact]
    public async Task Recipients_are_split_by_the_nodes_of_their_partitions()
    {
        var fanout = Create(partition => Task.FromResult(partition == 1 ? Here() : There()));
        fanout.Publish(Entry(1, 1, _ann, _bob));

        await UntilAsync(() => _near.Publications.Count + _far.Publications.Count == 2, "both parts");
        Assert.Equal([_ann], Assert.Single(_near.Publications).Recipients);
        Assert.Equal([_bob], Assert.Single(_far.Publications).Recipients);
    }

    [Fact]
    public async Task What_has_no_room_shrinks_to_one_hint_with_the_highest_head()
    {
        _options.MaxWaitingBytes = 2_000;
        var (calls, gate) = (0, new TaskCompletionSource());
        _near.Before = () =>
        {
            Interlocked.Increment(ref calls);
            return gate.Task;
        };
        var fanout = Create(_ => Task.FromResult(Here()));
        fanout.Publish(Entry(1, 1, _ann, _bob));
        // From here on everything waits, so that the last finds no room.
        await UntilAsync(() => Volatile.Read(ref _located) == 2 && Volatile.Read(ref calls) > 0, "the first call");
        for (var seq = 2; seq <= 50; seq++)
        {
            fanout.Publish(Entry(1, seq, _ann, _bob));
        }

        gate.SetResult();
        await UntilAsync(() => _near.Publications.Exists(p => p.IsHint && p.Head == 50), "the hint");
        Assert.True(_near.Publications.Count < 50, "Nothing was dropped.");
    }

    [Fact]
    public async Task What_is_not_acknowledged_is_said_again_as_a_hint_where_the_partition_is_then()
    {
        _near.Before = () => throw new IOException("The node is gone.");
        var fanout = Create(_ => Task.FromResult(Volatile.Read(ref _located) <= 2 ? Here() : There()));
        fanout.Publish(Entry(1, 1, _ann, _bob));

        await UntilAsync(() => _far.Publications.Count > 0, "the hint");
        var hint = _far.Publications[0];
        Assert.True(hint.IsHint);
        Assert.Equal(1, hint.Head);
        Assert.Equal([_ann, _bob], hint.Recipients);
    }

    [Fact]
    public async Task A_partition_that_is_not_found_at_first_is_tried_again()
    {
        var fanout = Create(_ =>
            Volatile.Read(ref _located) < 5
                ? Task.FromException<PartitionHost>(new IOException("Not now."))
                : Task.FromResult(Here())
        );
        fanout.Publish(Entry(1, 1, _ann, _bob));
        fanout.Publish(Entry(1, 2, _ann, _bob));

        await UntilAsync(() => _near.Publications.Exists(p => p.Head == 2), "the hint");
    }

    [Fact]
    public async Task A_call_carries_so_many_publications_and_so_many_bytes_and_the_others_go_with_the_next()
    {
        _options.MaxBatchPublications = 10;
        var most = await LargestBatchAsync(seq: 1);
        Assert.Equal(10, most);

        _options.MaxBatchBytes = PublicationSize.Of(Entry(1, 1, _ann, _bob)) * 3;
        Assert.Equal(3, await LargestBatchAsync(seq: 101));

        // One always goes, or what is large would wait for ever.
        _options.MaxBatchBytes = 1;
        Assert.Equal(1, await LargestBatchAsync(seq: 201));
    }

    [Fact]
    public void The_hot_tail_holds_so_many_bytes()
    {
        var one = Entry(1, 1, _ann, _bob);
        // Sixteen shards share the bytes: room for two of them here.
        var tail = new HotTail(new() { TailBytes = 16 * 2 * PublicationSize.Of(one.Entries[0]) });
        foreach (var conversation in new ulong[] { 1, 17, 33 })
        {
            tail.Add(Entry(conversation, 1, _ann, _bob));
        }

        Assert.False(tail.TryRead(_ann, new(1), 0, out _));
        Assert.True(tail.TryRead(_ann, new(17), 0, out _));
        Assert.True(tail.TryRead(_ann, new(33), 0, out _));
    }

    [Fact]
    public void The_hot_tail_keeps_the_newest_entries_of_the_newest_conversations()
    {
        var tail = new HotTail(
            new()
            {
                TailEntries = 4,
                TailConversations = 16,
                TailBytes = 1 << 20,
            }
        );
        for (var seq = 1; seq <= 6; seq++)
        {
            tail.Add(Entry(1, seq, _ann, _bob));
        }

        Assert.False(tail.TryRead(_ann, new(1), 1, out _));
        Assert.True(tail.TryRead(_ann, new(1), 2, out var entries));
        Assert.Equal([3, 4, 5, 6], entries.Select(entry => entry.Seq));
        Assert.False(tail.TryRead(new(9), new(1), 2, out _));

        // Another conversation of the same shard takes its place.
        tail.Add(Entry(17, 1, _ann, _bob));
        Assert.False(tail.TryRead(_ann, new(1), 5, out _));
        Assert.True(tail.TryRead(_ann, new(17), 0, out _));
    }

    [Fact]
    public void The_hot_tail_gives_no_entry_before_a_member_came_and_starts_anew_after_a_gap()
    {
        var tail = new HotTail(new());
        tail.Add(Entry(1, 1, _ann));
        tail.Add(Entry(1, 2, _ann, _bob));
        Assert.False(tail.TryRead(_bob, new(1), 0, out _));
        Assert.True(tail.TryRead(_bob, new(1), 1, out _));

        tail.Add(Entry(1, 5, _ann, _bob));
        Assert.False(tail.TryRead(_ann, new(1), 1, out _));
        Assert.True(tail.TryRead(_ann, new(1), 4, out var entries));
        Assert.Equal(5, Assert.Single(entries).Seq);
    }

    /// <summary>Lets 40 publications wait during the first call; gives how many the largest later one had.</summary>
    private async Task<int> LargestBatchAsync(int seq)
    {
        var (before, calls) = (_near.Publications.Count, _near.FannedOut.Count);
        var gate = new TaskCompletionSource();
        _near.Before = () => gate.Task;
        var fanout = Create(_ => Task.FromResult(Here()));
        for (var i = 0; i < 40; i++)
        {
            fanout.Publish(Entry(1, seq + i, _ann, _bob));
        }

        gate.SetResult();
        await UntilAsync(() => _near.Publications.Count == before + 40, "40 publications");
        return _near.FannedOut.Skip(calls).Max(batch => batch.Publications.Length);
    }

    private static Publication Entry(ulong conversation, long seq, params UserId[] recipients) =>
        new(
            new ConversationId(conversation),
            seq,
            [new(seq, seq, EntryKind.Message, recipients[0], default, new byte[50], seq)],
            [default],
            [],
            [.. recipients]
        );

    private FanoutService Create(Func<int, Task<PartitionHost>> locate)
    {
        var partitions = new DirectoryPartitions(Options.Create(new DirectoryOptions { Partitions = 8 }));
        var map = new PartitionMap(
            partitions,
            _local,
            _near,
            partition =>
            {
                Interlocked.Increment(ref _located);
                return locate(partition);
            }
        );
        var options = Options.Create(_options);
        return new(map, _local, options, TimeProvider.System, NullLogger<FanoutService>.Instance);
    }

    private PartitionHost Here() => new(_local.Id, _near, "one");

    private PartitionHost There() => new(_farNode, _far, "two");

    private static async Task UntilAsync(Func<bool> holds, string what)
    {
        var started = Stopwatch.StartNew();
        while (!holds())
        {
            Assert.True(started.Elapsed < TimeSpan.FromSeconds(20), $"Still missing after 20 s: {what}");
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System);
        }
    }
}
