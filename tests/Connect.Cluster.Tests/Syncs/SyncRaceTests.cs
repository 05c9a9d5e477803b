using System.Diagnostics;
using Connect.Cluster.Tests.Clients;
using Connect.Cluster.Tests.Resends;
using Connect.Protocol.Frames;
using Connect.Protocol.V1;
using Xunit;

namespace Connect.Cluster.Tests.Syncs;

/// <summary>
/// Commits while a sync reads, over real sockets: nothing is skipped and no page brings anything twice.
/// </summary>
public sealed class SyncRaceTests(ITestOutputHelper output)
{
    private const int Seed = 20_261_124;
    private const int Groups = 6;
    private const int Rounds = 12;
    private const int Batches = 12;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Devices_that_sync_while_others_write_lack_nothing_and_are_live_when_it_ends()
    {
        // Small pages, so that a sync takes many and there is time to write between them.
        await using var world = await SyncWorld.StartAsync(
            Limit,
            "--Gateway:SyncPageEntries=7",
            "--Gateway:SyncPageConversations=3"
        );
        var (ann, bob) = (await world.NewUserAsync(), await world.NewUserAsync());
        await world.BefriendAsync(ann, bob);
        await using var first = await world.OpenAsync(ann);
        await using var second = await world.OpenAsync(await world.LoginAsync(ann), FrameEncoding.Json);
        var groups = new List<string>();
        for (var i = 0; i < Groups; i++)
        {
            groups.Add(await world.NewGroupAsync(ann, bob));
            await world.SendAsync(first, groups[i], 20);
        }

        var heads = new Heads();
        var random = new Random(Seed);
        var devices = new List<SyncingDevice>();
        var took = Stopwatch.StartNew();
        for (var round = 0; round < Rounds; round++)
        {
            var login = await world.LoginAsync(bob);
            var session = await WireSession.ConnectAsync(
                world.Server,
                login,
                round % 2 == 0 ? FrameEncoding.Protobuf : FrameEncoding.Json,
                world.Deadline
            );
            var device = new SyncingDevice(session);
            devices.Add(device);
            var before = heads.Copy();
            var writers = new[] { WriteAsync(world, first, groups, heads), WriteAsync(world, second, groups, heads) };
            await device.SyncAsync(groups, before, random, world.Deadline);
            await Task.WhenAll(writers);

            // Nobody's socket is left unread for long: this is about syncs, not about slow readers.
            foreach (var each in devices)
            {
                await each.CatchUpAsync(heads.Copy(), world.Deadline);
            }
        }

        took.Stop();
        var last = heads.Copy();
        foreach (var device in devices)
        {
            await device.Session.DisposeAsync();
        }

        output.WriteLine(
            $"seed {Seed}: {Rounds} syncs, {devices.Sum(each => each.Pages)} pages, {took.Elapsed.TotalSeconds:F1} s; "
                + $"{last.Values.Sum(head => (long)head)} entries; {devices.Sum(each => each.Joined)} committed "
                + $"during a sync and part of it, {devices.Sum(each => each.Pushed)} pushed later, "
                + $"{devices.Sum(each => each.Again)} pushed once more"
        );
        Assert.All(devices, device => Assert.True(device.Pages > 3, "A sync had no more than three pages."));
        Assert.True(devices.Sum(each => each.Joined) >= Rounds, "Nothing was written while they synced.");
        Assert.True(devices.Sum(each => each.Pushed) >= Rounds, "Nothing was written after they synced.");
    }

    private static async Task WriteAsync(SyncWorld world, WireSession session, List<string> groups, Heads heads)
    {
        // One message in each at a time: as fast as the acknowledgements come.
        for (var batch = 0; batch < Batches; batch++)
        {
            var frames = groups.ConvertAll(group => Sends.Frame(group, Sends.NewCid(), "text"));
            foreach (var answer in await session.AskAllAsync(frames, world.Deadline))
            {
                var sent = Sends.SentOf(answer);
                heads.Raise(sent.Conversation, sent.Seq);
            }
        }
    }

    /// <summary>How far each conversation is known to be.</summary>
    private sealed class Heads
    {
        private readonly Dictionary<string, ulong> _heads = [];

        public void Raise(string conversation, ulong seq)
        {
            lock (_heads)
            {
                _heads[conversation] = Math.Max(seq, _heads.GetValueOrDefault(conversation));
            }
        }

        public Dictionary<string, ulong> Copy()
        {
            lock (_heads)
            {
                return new(_heads);
            }
        }
    }

    /// <summary>One device: a sync from where it says to be, then what is pushed, each checked as it comes.</summary>
    private sealed class SyncingDevice(WireSession session)
    {
        private readonly Dictionary<string, ulong> _positions = [];
        private int _taken;

        public WireSession Session => session;

        public int Pages { get; private set; }

        /// <summary>Entries of pages that were committed after the sync began.</summary>
        public int Joined { get; private set; }

        public int Pushed { get; private set; }

        /// <summary>Pushed though a page had it, which a device may expect around the end of a sync.</summary>
        public int Again { get; private set; }

        public async Task SyncAsync(
            List<string> groups,
            Dictionary<string, ulong> heads,
            Random random,
            CancellationToken cancellation
        )
        {
            var positions = new List<Position>();
            foreach (var group in groups.Where(_ => random.Next(4) > 0))
            {
                // Anywhere from its start to the head of now.
                var head = heads.GetValueOrDefault(group);
                _positions[group] = random.Next(3) == 0 ? head : (ulong)random.NextInt64((long)head + 1);
                positions.Add(new() { Conversation = group, Seq = _positions[group] });
            }

            session.Pushes.Clear();
            var pages = await session.SyncAsync(positions, cancellation);
            Assert.DoesNotContain(session.Pushes, push => push.Entries is not null || push.Hint is not null);
            Pages = pages.Count;
            foreach (var page in pages)
            {
                Assert.Empty(page.Reset);
                Assert.Empty(page.Skipped);
                foreach (var entry in page.Entries)
                {
                    Assert.Equal(_positions.GetValueOrDefault(entry.Conversation) + 1, entry.Seq);
                    _positions[entry.Conversation] = entry.Seq;
                    Joined += entry.Seq > heads.GetValueOrDefault(entry.Conversation) ? 1 : 0;
                }
            }

            session.Entries.Clear();
        }

        /// <summary>Everything else must come by itself.</summary>
        public async Task CatchUpAsync(Dictionary<string, ulong> heads, CancellationToken cancellation)
        {
            bool Holds()
            {
                for (; _taken < session.Entries.Count; _taken++)
                {
                    Take(session.Entries[_taken]);
                }

                return heads.All(each => _positions.GetValueOrDefault(each.Key) >= each.Value);
            }

            await session.UntilAsync(
                Holds,
                () =>
                    string.Join(
                        ", ",
                        heads.Select(each => $"{_positions.GetValueOrDefault(each.Key)} of {each.Value}")
                    ),
                cancellation
            );
            Assert.DoesNotContain(session.Pushes, push => push.Lagging is not null);
        }

        private void Take(Entry entry)
        {
            var position = _positions.GetValueOrDefault(entry.Conversation);
            if (entry.Seq <= position)
            {
                Again++;
                return;
            }

            Assert.Equal(position + 1, entry.Seq);
            _positions[entry.Conversation] = entry.Seq;
            Pushed++;
        }
    }
}
