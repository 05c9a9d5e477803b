using System.Diagnostics;
using Connect.Client;
using Connect.Cluster.Tests.Clients;
using Connect.Cluster.Tests.Processes;
using Connect.Protocol.Frames;
using Connect.Protocol.V1;
using Xunit;

namespace Connect.Cluster.Tests.Restores;

/// <summary>
/// A backup under load, more messages, the end of the server, and a restore: what was in the backup is there as it was,
/// what came after is gone for everybody alike, and what nobody acknowledged is delivered.
/// </summary>
public sealed class RestoreTests : IDisposable
{
    private const int BeforeBackup = 150;
    private const int AfterBackup = 150;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly string _folder = Directory.CreateTempSubdirectory("connect-restore-").FullName;
    private readonly CancellationTokenSource _limit;

    public RestoreTests()
    {
        _limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        _limit.CancelAfter(Limit);
    }

    private CancellationToken Deadline => _limit.Token;

    public void Dispose()
    {
        _limit.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task After_a_restore_all_devices_hold_what_the_server_holds_and_the_outbox_arrives()
    {
        await using var server = await ServerProcess.StartAsync(Deadline);
        using var http = server.CreateClient();
        var (ann, bob) = (UserNames.New(), UserNames.New());
        var watching = await TestUser.CreateAsync(http, ann, Deadline);
        await TestUser.CreateAsync(http, bob, Deadline);
        await using var one = await JoinAsync(server, ann, "one");
        await using var two = await JoinAsync(server, ann, "two");
        await using var other = await JoinAsync(server, bob, "other");
        KeepingDevice[] all = [one, two, other];
        var room = await one.OpenAsync(bob, Deadline);
        await other.OpenAsync(ann, Deadline);

        // Messages all the while; a backup in the middle of them.
        using var stop = new CancellationTokenSource();
        var sending = new[] { one.SendAsync("one", stop.Token), other.SendAsync("other", stop.Token) };
        await one.UntilAsync(_ => Acknowledged(all).Count >= BeforeBackup, "messages before the backup", Deadline);
        var before = Acknowledged(all);
        var backup = Path.Combine(_folder, "backup");
        await RunAsync(server, "backup", backup);
        var during = Acknowledged(all).Count;
        Assert.True(during > before.Count, "Nothing was sent while the backup was made.");
        await one.UntilAsync(_ => Acknowledged(all).Count >= during + AfterBackup, "messages after it", Deadline);

        // One device ends in order and is away; the server dies while the others send.
        var lastSeen = Acknowledged(all).Max(each => each.Seq);
        await two.UntilAsync(each => Seen(each).Any(entry => entry.Seq >= lastSeen), "what was acknowledged", Deadline);
        await two.CloseAsync();
        await server.KillAsync(Deadline);
        await stop.CancelAsync();
        var open = all.SelectMany(each => each.Outgoing).Where(each => !each.Sent.IsCompleted).ToList();
        Assert.NotEmpty(open);
        await one.EnqueueAsync("written while it was down", Deadline);
        await Task.WhenAll(sending).WaitAsync(Deadline);
        var (acknowledged, waiting) = (Acknowledged(all), Waiting(all));
        Assert.True(waiting.Count > open.Count);

        await RestoreAsync(server, backup);
        await server.RestartAsync(Deadline);
        await two.ReopenAsync(Deadline);
        foreach (var device in all)
        {
            await device.UntilAsync(each => each.Resets.Count > 0, "to be told of the other life", Deadline);
        }

        await one.UntilAsync(_ => Waiting(all).Count == 0, "the answers to what waited", Deadline);
        await other.EnqueueAsync("after it", Deadline);
        foreach (var device in all)
        {
            await device.UntilAsync(
                each => Seen(each).Any(entry => entry.Text == "after it"),
                "the last one",
                Deadline
            );
        }

        var told = await ToldAsync(server, watching, room);
        CheckHistory(told, before, acknowledged, waiting);
        foreach (var device in all)
        {
            Assert.Equal([0L], device.Resets.Select(each => each.Above));
            await device.CloseAsync();
            var kept = await device.KeptAsync(room, Deadline);
            Assert.Equal(
                told.Select(each => ((long)each.Seq, each.Cid, each.Text)),
                kept.Select(each => (each.Seq, each.Cid, each.Text))
            );
        }
    }

    private static List<SentMessage> Acknowledged(IEnumerable<KeepingDevice> devices) =>
        [
            .. devices
                .SelectMany(each => each.Outgoing)
                .Where(each => each.Sent.IsCompletedSuccessfully)
                .Select(each => each.Sent.Result),
        ];

    private static List<OutgoingMessage> Waiting(IEnumerable<KeepingDevice> devices) =>
        [.. devices.SelectMany(each => each.Outgoing).Where(each => !each.Sent.IsCompleted)];

    private static IEnumerable<Client.Entry> Seen(KeepingDevice device) =>
        device.Events.OfType<MessageReceived>().Select(each => each.Entry);

    /// <summary>What a backup is a copy of, and what came to it after the restore.</summary>
    private static void CheckHistory(
        List<Protocol.V1.Entry> told,
        List<SentMessage> before,
        List<SentMessage> acknowledged,
        List<OutgoingMessage> waiting
    )
    {
        Assert.Equal(Enumerable.Range(1, told.Count).Select(seq => (ulong)seq), told.Select(each => each.Seq));
        Assert.Equal(told.Count, told.DistinctBy(each => each.Cid).Count());
        var bySeq = told.ToDictionary(each => (long)each.Seq, each => each.Cid);

        // Acknowledged before the backup began: in it, each at its seq.
        Assert.All(before, each => Assert.Equal(each.Cid, bySeq.GetValueOrDefault(each.Seq)));
        // Acknowledged later: up to where the backup ends in it, above that nowhere.
        var cids = told.Select(each => each.Cid).ToHashSet();
        var restored = acknowledged.Where(each => cids.Contains(each.Cid)).ToList();
        Assert.All(restored, each => Assert.Equal(each.Cid, bySeq[each.Seq]));
        var end = restored.Max(each => each.Seq);
        Assert.DoesNotContain(acknowledged, each => each.Seq < end && !cids.Contains(each.Cid));
        Assert.Contains(acknowledged, each => each.Seq > end);

        // What waited: each once. In the log it stands behind the backup, or is in it without an answer.
        Assert.All(waiting, each => Assert.Single(told, entry => entry.Text == each.Text));
        Assert.Equal("after it", told[^1].Text);
        Assert.Equal(told.Count, restored.Count + waiting.Count + 1);
    }

    /// <summary>
    /// The history as it is told on demand, and what a device is told whose position is above the head.
    /// </summary>
    private async Task<List<Protocol.V1.Entry>> ToldAsync(ServerProcess server, TestUser user, string room)
    {
        await using var session = await WireSession.OpenAsync(server, user, FrameEncoding.Json, Deadline);
        var told = await session.HistoryAsync(room, Deadline);
        var position = new Position { Conversation = room, Seq = 1_000_000 };
        var sync = new Sync { Mode = SyncMode.All, Positions = { position } };
        var page = await session.AskAsync(new() { Sync = sync }, Deadline);
        var reset = Assert.Single(page.SyncPage.Reset);
        Assert.Equal((room, told[^1].Seq), (reset.Conversation, reset.Seq));
        return told;
    }

    private Task<KeepingDevice> JoinAsync(ServerProcess server, string user, string name) =>
        KeepingDevice.JoinAsync(server, user, Path.Combine(_folder, name), Deadline);

    /// <summary>Into the same folder: what was there is moved away, the key file stays.</summary>
    private async Task RestoreAsync(ServerProcess server, string backup)
    {
        Directory.Move(Path.Combine(server.Folder, "data"), Path.Combine(server.Folder, "data.lost"));
        await RunAsync(server, "restore", backup);
    }

    private async Task RunAsync(ServerProcess server, string command, string folder)
    {
        var start = new ProcessStartInfo(ServerProcess.Program)
        {
            WorkingDirectory = server.Folder,
            ArgumentList = { command, folder, $"--Data={Path.Combine(server.Folder, "data")}" },
        };
        var (code, said) = await ProgramRun.RunAsync(start, "", Limit).WaitAsync(Deadline);
        Assert.True(code == 0, $"{command}: {code} {said}");
    }
}
