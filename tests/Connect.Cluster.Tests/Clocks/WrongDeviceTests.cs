using System.Buffers.Binary;
using Connect.Client;
using Connect.Client.Stores;
using Connect.Cluster.Tests.Clients;
using Connect.Cluster.Tests.Processes;
using Connect.Protocol.Frames;
using Xunit;
using Conversation = Connect.Client.Conversation;

namespace Connect.Cluster.Tests.Clocks;

/// <summary>The SDK on devices whose clock is wrong, or is set while it runs, against a real server.</summary>
public sealed class WrongDeviceTests : IDisposable
{
    private const int Each = 3;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Drift = TimeSpan.FromMinutes(5);

    private readonly CancellationTokenSource _limit;

    public WrongDeviceTests()
    {
        _limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        _limit.CancelAfter(Limit);
    }

    private CancellationToken Deadline => _limit.Token;

    public void Dispose() => _limit.Dispose();

    [Fact]
    public async Task What_devices_with_wrong_clocks_write_online_and_offline_arrives_with_ids_of_the_servers_time()
    {
        await using var server = await ServerProcess.StartAsync(Deadline);
        using var http = server.CreateClient();
        var reader = await TestUser.CreateAsync(http, UserNames.New(), Deadline);
        var writer = await TestUser.CreateAsync(http, UserNames.New(), Deadline);
        var log = new List<string>();
        var room = "";
        foreach (var hours in new[] { 1, -1, 23, -25, 72, -40 * 24, 400 * 24 })
        {
            var clock = new WrongClock(TimeSpan.FromHours(hours));
            await using var device = await Device.OpenAsync(server, writer.Username, clock, Deadline);
            room = await device.Client.OpenDirectAsync(reader.Username, Deadline) is var direct ? direct.Id : "";

            // Before it ever spoke to the server: its own clock is all it has.
            var texts = Enumerable.Range(0, 2 * Each).Select(i => $"{hours} h: {i}").ToList();
            var waiting = new List<OutgoingMessage>();
            foreach (var text in texts.Take(Each))
            {
                waiting.Add(await direct.EnqueueAsync(text, cancellationToken: Deadline));
            }

            var composed = waiting.ConvertAll(each => TimeOf(each.Cid) - clock.GetUtcNow());
            Assert.All(composed, off => Assert.InRange(off.Duration(), TimeSpan.Zero, Drift));
            await device.Client.ConnectAsync(Deadline);
            foreach (var message in waiting)
            {
                await message.Sent.WaitAsync(Deadline);
            }

            foreach (var text in texts.Skip(Each))
            {
                await direct.SendAsync(text, Deadline);
            }

            log.AddRange(texts);
            var group = await device.Client.CreateGroupAsync($"{hours}", [], Deadline);
            await group.RenameAsync($"{hours} h", Deadline);
        }

        await using var session = await WireSession.OpenAsync(server, reader, FrameEncoding.Json, Deadline);
        var entries = await session.HistoryAsync(room, Deadline);
        Assert.Equal(log, entries.Select(entry => entry.Text));
        foreach (var entry in entries)
        {
            // A cid that was within an hour of the server's time when it was first sent may stay what it was.
            var off = TimeOf(entry.Cid) - DateTimeOffset.FromUnixTimeMilliseconds((long)entry.Time);
            Assert.InRange(off.Duration(), TimeSpan.Zero, TimeSpan.FromHours(1) + Drift);
        }
    }

    [Fact]
    public async Task A_device_whose_clock_is_set_while_it_is_connected_learns_of_it_by_the_next_ping()
    {
        await using var server = await ServerProcess.StartAsync(Deadline, "--Gateway:PingInterval=00:00:00.5");
        using var http = server.CreateClient();
        var reader = await TestUser.CreateAsync(http, UserNames.New(), Deadline);
        var writer = await TestUser.CreateAsync(http, UserNames.New(), Deadline);
        var clock = new WrongClock(TimeSpan.Zero);
        await using var device = await Device.OpenAsync(server, writer.Username, clock, Deadline);
        var direct = await device.Client.OpenDirectAsync(reader.Username, Deadline);
        await device.Client.ConnectAsync(Deadline);
        await direct.SendAsync("before", Deadline);
        foreach (var days in new[] { 3, -40 })
        {
            clock.Set(TimeSpan.FromDays(days));
            using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
            var failed = 0;
            while (!await TrySendAsync(direct, $"{days}"))
            {
                // Until a ping came the device knows no better: each is refused for good, and the user is told so.
                failed++;
                await tick.WaitForNextTickAsync(Deadline);
            }

            Assert.InRange(failed, 0, 60);
        }

        await using var session = await WireSession.OpenAsync(server, reader, FrameEncoding.Protobuf, Deadline);
        var entries = await session.HistoryAsync(direct.Id, Deadline);
        Assert.Equal(["before", "3", "-40"], entries.Select(entry => entry.Text));
        Assert.Equal(ConnectionState.Live, device.Client.State);
    }

    private async Task<bool> TrySendAsync(Conversation direct, string text)
    {
        try
        {
            await direct.SendAsync(text, Deadline);
            return true;
        }
        catch (ConnectException error) when (error.Code == Protocol.ErrorCode.TooOld)
        {
            return false;
        }
    }

    private static DateTimeOffset TimeOf(string cid)
    {
        Span<byte> bytes = stackalloc byte[16];
        Guid.Parse(cid).TryWriteBytes(bytes, bigEndian: true, out _);
        return DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(bytes) >> 16);
    }

    private sealed class Device(ConnectAccount account, ConnectClient client) : IAsyncDisposable
    {
        public ConnectClient Client => client;

        public static async Task<Device> OpenAsync(
            ServerProcess server,
            string username,
            TimeProvider clock,
            CancellationToken cancellation
        )
        {
            var url = new UriBuilder(server.Url) { Scheme = "wss", Path = "/v1/connect" }.Uri;
            var options = new ConnectOptions(url)
            {
                TrustedCertificates = server.CertificateFile,
                TimeProvider = clock,
                Store = new MemoryConnectStore(),
            };
            var account = await ConnectAccount.LoginAsync(options, username, TestUser.Password, null, cancellation);
            return new(account, new ConnectClient(options with { TokenSource = account }));
        }

        public async ValueTask DisposeAsync()
        {
            await client.DisposeAsync();
            account.Dispose();
        }
    }
}
