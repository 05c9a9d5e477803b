using System.Diagnostics;
using Connect.Cluster.Tests.Clients;
using Connect.Cluster.Tests.Processes;
using Connect.Protocol;
using Connect.Protocol.Frames;
using Connect.Protocol.V1;
using Xunit;

namespace Connect.Cluster.Tests.Syncs;

/// <summary>
/// A device that missed much, over a real socket: page by page as it asks, while the others write on.
/// </summary>
public sealed class LongSyncTests(ITestOutputHelper output)
{
    private const int AtOnce = 16;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    [Fact]
    public Task Ten_thousand_missed_entries_of_50_conversations_come_as_the_slow_reader_asks() =>
        MissedAsync(FrameEncoding.Protobuf);

    [Fact]
    [Trait("Category", "Slow")]
    public Task Ten_thousand_missed_entries_come_as_the_slow_reader_asks_in_JSON() => MissedAsync(FrameEncoding.Json);

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Two_thousand_conversations_are_synced_at_once_whether_listed_or_not()
    {
        const int Groups = 2_000;
        await using var world = await SyncWorld.StartAsync(Limit);
        var (ann, bob) = (await world.NewUserAsync(), await world.NewUserAsync());
        await world.BefriendAsync(ann, bob);
        var making = Stopwatch.StartNew();
        var groups = await NewGroupsAsync(world, ann, bob, Groups);
        making.Stop();
        await using var reader = await WireSession.ConnectAsync(world.Server, bob, FrameEncoding.Json, world.Deadline);
        var watch = Stopwatch.StartNew();
        var pages = await reader.SyncAsync([], world.Deadline);
        var unlisted = watch.Elapsed;
        var held = new Dictionary<string, ulong>();
        Take(held, pages);
        Assert.Equal(groups.Order(), held.Keys.Order());

        // All listed, in two parts: one lacks an entry, one claims more than there is.
        await using var writer = await world.OpenAsync(ann);
        held[groups[7]] = await world.SendAsync(writer, groups[7], 1) - 1;
        await using var again = await WireSession.ConnectAsync(
            world.Server,
            await world.LoginAsync(bob),
            FrameEncoding.Protobuf,
            world.Deadline
        );
        var positions = groups.ConvertAll(group => new Position { Conversation = group, Seq = held[group] });
        positions[8].Seq += 100;
        foreach (var part in positions.Take(1_000).Chunk(ProtocolLimits.PositionsPerFrame))
        {
            var sync = new Sync { Mode = SyncMode.All, More = true };
            sync.Positions.Add(part);
            Assert.NotNull((await again.AskAsync(new() { Sync = sync }, world.Deadline)).Ok);
        }

        watch.Restart();
        var rest = await again.SyncAsync(positions.Skip(1_000), world.Deadline);
        var listed = watch.Elapsed;
        var entry = Assert.Single(rest.SelectMany(page => page.Entries));
        Assert.Equal((groups[7], held[groups[7]] + 1), (entry.Conversation, entry.Seq));
        var reset = Assert.Single(rest.SelectMany(page => page.Reset));
        Assert.Equal((groups[8], held[groups[8]]), (reset.Conversation, reset.Seq));
        output.WriteLine(
            $"{Groups} groups made in {making.Elapsed.TotalSeconds:F1} s; synced unlisted in {pages.Count} pages, "
                + $"{unlisted.TotalMilliseconds:F0} ms; listed in {rest.Count} pages, {listed.TotalMilliseconds:F0} ms"
        );
    }

    private async Task MissedAsync(FrameEncoding encoding)
    {
        const int Groups = 50;
        const int Each = 200;
        await using var world = await SyncWorld.StartAsync(Limit);
        var (ann, bob) = (await world.NewUserAsync(), await world.NewUserAsync());
        await world.BefriendAsync(ann, bob);
        await using var writer = await world.OpenAsync(ann);
        var groups = await NewGroupsAsync(world, ann, bob, Groups);
        var heads = new Dictionary<string, ulong>();
        foreach (var group in groups)
        {
            heads[group] = await world.SendAsync(writer, group, Each, "a text of the usual length, more or less");
        }

        Assert.True(heads.Values.Sum(head => (long)head) >= Groups * Each);
        await using var reader = await WireSession.ConnectAsync(world.Server, bob, encoding, world.Deadline);
        var held = new Dictionary<string, ulong>();
        var (between, largest) = (0, 0);
        var before = world.Server.ResidentBytes;
        var watch = Stopwatch.StartNew();
        var pages = await reader.SyncAsync(
            [],
            world.Deadline,
            async page =>
            {
                largest = Math.Max(largest, page.CalculateSize());
                if (between >= 10)
                {
                    return;
                }

                // It takes its time: more is committed, in conversations it read already and in others.
                foreach (var group in new[] { groups[between], groups[^(between + 1)] })
                {
                    heads[group] = await world.SendAsync(writer, group, 10);
                }

                between++;
            }
        );
        watch.Stop();
        Take(held, pages);
        Assert.Equal(heads, held);
        // Nothing came that was not asked for, and no answer was larger than a page.
        Assert.DoesNotContain(reader.Pushes, push => push.Entries is not null || push.Hint is not null);
        Assert.DoesNotContain(reader.Pushes, push => push.Lagging is not null);
        Assert.InRange(reader.LargestMessage, 1, ProtocolLimits.PageBytes + ProtocolLimits.TextBytes);
        Assert.All(pages, page => Assert.InRange(page.Entries.Count, 0, 1000));
        Assert.Equal(10, between);
        output.WriteLine(
            $"{encoding}: {held.Values.Sum(head => (long)head)} entries of {Groups} groups, {pages.Count} pages, "
                + $"{watch.Elapsed.TotalMilliseconds:F0} ms, {between * 20} committed meanwhile; largest message "
                + $"{reader.LargestMessage} bytes (page {largest}); "
                + $"RSS {before >> 20} to {world.Server.ResidentBytes >> 20} MiB"
        );

        reader.Entries.Clear();
        var seq = await world.SendAsync(writer, groups[0], 1);
        await reader.UntilAsync(entries => entries.Count > 0, "the live entry", world.Deadline);
        Assert.Equal((groups[0], seq), (reader.Entries[0].Conversation, reader.Entries[0].Seq));
    }

    private static async Task<List<string>> NewGroupsAsync(SyncWorld world, TestUser owner, TestUser member, int count)
    {
        var groups = new string[count];
        await Parallel.ForAsync(
            0,
            count,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = world.Deadline },
            async (i, _) => groups[i] = await world.NewGroupAsync(owner, member)
        );
        return [.. groups];
    }

    /// <summary>Each page goes on where the ones before it ended: no hole, nothing twice.</summary>
    private static void Take(Dictionary<string, ulong> held, List<SyncPage> pages)
    {
        foreach (var entry in pages.SelectMany(page => page.Entries))
        {
            Assert.Equal(held.GetValueOrDefault(entry.Conversation) + 1, entry.Seq);
            held[entry.Conversation] = entry.Seq;
        }

        Assert.Empty(pages.SelectMany(page => page.Skipped));
        Assert.True(pages[^1].Synced);
    }
}
