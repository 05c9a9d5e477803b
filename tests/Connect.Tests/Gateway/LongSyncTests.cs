using Connect.Contracts.Identifiers;
using Connect.Protocol.V1;
using Connect.Storage.Reading;
using Xunit;

namespace Connect.Tests.Gateway;

/// <summary>Much that was missed, and a log that changes while it is read.</summary>
public sealed class LongSyncTests : IDisposable
{
    private readonly GatewayHarness _gateway = new();
    private readonly UserId _me = UserId.NewRandom();

    public void Dispose() => _gateway.Dispose();

    [Fact]
    public async Task Ten_thousand_missed_entries_of_50_conversations_come_page_by_page_as_the_reader_asks()
    {
        var peers = NewPeers(50);
        foreach (var peer in peers)
        {
            Write(peer, 200);
        }

        var client = await _gateway.ConnectAsync(_me);
        var seen = new Dictionary<string, ulong>();
        var page = (await client.AskAsync(new() { Sync = new() { Mode = SyncMode.All } })).SyncPage;
        for (var pages = 1; ; pages++)
        {
            Take(seen, page);
            Assert.InRange(page.Entries.Count, 0, _gateway.Options.SyncPageEntries);

            // A slow reader: others write on, and nothing waits for it but what it asked for.
            if (pages <= 5)
            {
                Write(peers[pages * 9], 10);
            }

            await Eventually.TrueAsync(() => client.Session.Queue.IsEmpty, "the end of the page's writing");
            Assert.DoesNotContain(client.Frames, each => each.BodyCase == ServerFrame.BodyOneofCase.Entries);
            if (page.Synced)
            {
                Assert.InRange(pages, 10, 40);
                break;
            }

            page = (await client.AskAsync(new() { Next = new() })).SyncPage;
        }

        Assert.Equal(10_050ul, (ulong)seen.Values.Sum(each => (long)each));
        Assert.Equal(50, seen.Count);
        Assert.InRange(client.Link.Messages.Max(), 1, _gateway.Options.PageBytes);
        Write(peers[0], 1);
        var push = await client.PushAsync(ServerFrame.BodyOneofCase.Entries);
        Assert.Equal(201ul, Assert.Single(push.Entries.Entries_).Seq);
    }

    [Fact]
    public async Task Two_thousand_conversations_are_synced_whether_listed_or_not()
    {
        var peers = NewPeers(2_000);
        foreach (var peer in peers)
        {
            Write(peer, 2);
        }

        var client = await _gateway.ConnectAsync(_me);
        var seen = new Dictionary<string, ulong>();
        foreach (var page in await client.SyncAsync())
        {
            Take(seen, page);
        }

        Assert.Equal((2_000, 2ul), (seen.Count, seen.Values.Min()));

        // A device that holds all of it but of one the last, and of one more than there is.
        var again = await _gateway.ConnectAsync(_me);
        var held = peers.Select(peer => At(peer, 2)).ToArray();
        (held[7].Seq, held[8].Seq) = (1, 90);
        await again.AskAsync(new() { Sync = Part(held[..1_000], more: true) });
        var pages = new List<SyncPage>
        {
            (await again.AskAsync(new() { Sync = Part(held[1_000..], more: false) })).SyncPage,
        };
        while (!pages[^1].Synced)
        {
            pages.Add((await again.AskAsync(new() { Next = new() })).SyncPage);
        }

        Assert.Equal(held[7].Conversation, Assert.Single(pages.SelectMany(page => page.Entries)).Conversation);
        Assert.Equal(At(peers[8], 2), Assert.Single(pages.SelectMany(page => page.Reset)));
        Assert.InRange(pages.Count, 10, 11);
    }

    [Fact]
    public async Task What_is_deleted_between_two_pages_is_named_and_nothing_is_missed()
    {
        _gateway.Options.SyncPageEntries = 10;
        var peer = NewPeers(1)[0];
        Write(peer, 40);
        _gateway.Time.Advance(TimeSpan.FromDays(2));
        Write(peer, 5);
        var client = await _gateway.ConnectAsync(_me);
        var pages = new List<SyncPage>
        {
            (await client.AskAsync(new() { Sync = new() { Mode = SyncMode.All } })).SyncPage,
        };
        var sweep = new HistorySweep(_gateway.Store);
        var now = _gateway.Time.GetUtcNow().ToUnixTimeMilliseconds();
        Assert.Equal(1, await sweep.StepAsync(10, TimeSpan.FromDays(1), now));
        while (!pages[^1].Synced)
        {
            pages.Add((await client.AskAsync(new() { Next = new() })).SyncPage);
        }

        var seqs = pages.SelectMany(page => page.Entries).Select(entry => entry.Seq);
        Assert.Equal([.. Enumerable.Range(1, 10), .. Enumerable.Range(41, 5)], seqs.Select(seq => (int)seq));
        var skipped = Assert.Single(pages.SelectMany(page => page.Skipped));
        Assert.Equal((11ul, 40ul, SkipReason.Deleted), (skipped.From, skipped.To, skipped.Why));
    }

    private static UserId[] NewPeers(int count) => [.. Enumerable.Range(0, count).Select(_ => UserId.NewRandom())];

    private static Sync Part(Position[] positions, bool more)
    {
        var sync = new Sync { Mode = SyncMode.All, More = more };
        sync.Positions.Add(positions);
        return sync;
    }

    private Position At(UserId peer, ulong seq) =>
        new() { Conversation = _gateway.Keys.Derive(peer, _me).ToString(), Seq = seq };

    private void Write(UserId peer, int count)
    {
        for (var i = 0; i < count; i++)
        {
            _gateway.Conversations.Write(_gateway.Keys.Derive(peer, _me), peer, _me, "text");
        }
    }

    private static void Take(Dictionary<string, ulong> seen, SyncPage page)
    {
        foreach (var entry in page.Entries)
        {
            Assert.Equal(seen.GetValueOrDefault(entry.Conversation) + 1, entry.Seq);
            seen[entry.Conversation] = entry.Seq;
        }
    }
}
