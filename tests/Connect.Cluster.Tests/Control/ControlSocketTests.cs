using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Connect.Server.Configuration;
using Connect.Server.Control;
using Connect.Storage.RocksDb;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Connect.Cluster.Tests.Control;

/// <summary>The socket by which a command asks the running node: its limits, over a real store.</summary>
public sealed class ControlSocketTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddDays(20_000));
    private readonly string _root = Directory.CreateTempSubdirectory("connect-control-").FullName;
    private RocksDbStore _store = null!;
    private ControlSocket _control = null!;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Data => Path.Combine(_root, "data");

    public async ValueTask InitializeAsync()
    {
        var options = new RocksDbStoreOptions { DataFolder = Data, ReserveBytes = 0 };
        _store = RocksDbStore.Open(options, _time, NullLogger.Instance);
        var server = new ServerOptions { Data = Data };
        _control = new(server, _store, _time, NullLogger<ControlSocket>.Instance);
        await _control.StartAsync(Cancel);
        await UntilAsync(() => File.Exists(ControlAddress.PathOf(Data)), "the control socket");
    }

    public async ValueTask DisposeAsync()
    {
        await _control.StopAsync(CancellationToken.None);
        _control.Dispose();
        await _store.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public async Task Who_says_nothing_or_too_much_is_cut()
    {
        using var silent = await ConnectAsync();
        var ended = ReadAsync(silent);
        await UntilAsync(
            () =>
            {
                // The deadline runs from when the connection is served, which is not seen from here.
                _time.Advance(TimeSpan.FromSeconds(1));
                return ended.IsCompleted;
            },
            "the end of a silent connection"
        );
        Assert.Equal("", await ended);

        using var talkative = await ConnectAsync();
        await talkative.SendAsync(new byte[8_192], Cancel);
        Assert.DoesNotContain("ok", await ReadAsync(talkative), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_request_is_told_so()
    {
        using var connection = await ConnectAsync();
        await connection.SendAsync(Encoding.UTF8.GetBytes("nonsense\n"), Cancel);
        Assert.StartsWith(ControlLine.Refused, await ReadAsync(connection), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_key_file_that_is_told_is_the_one_in_use()
    {
        using var answer = await ControlAnswer.TryAskAsync(Data, ControlLine.KeyFile, Cancel);
        Assert.Equal(_store.KeyPath, answer!.Text);
        Assert.True(File.Exists(answer.Text));
    }

    [Fact]
    public async Task A_checkpoint_is_given_once_and_ends_with_its_connection_or_its_time()
    {
        var lease = await ControlAnswer.TryAskAsync(Data, ControlLine.Checkpoint, Cancel);
        Assert.True(Directory.Exists(lease!.Text));
        await Assert.ThrowsAnyAsync<Exception>(() => ControlAnswer.TryAskAsync(Data, ControlLine.Checkpoint, Cancel));

        lease.Dispose();
        await UntilAsync(() => !Directory.Exists(lease.Text), "the end of a checkpoint whose command ended");

        ControlAnswer? second = null;
        await UntilAsync(() => (second = TryTake()) is not null, "the place of the first checkpoint");
        using (second)
        {
            await UntilAsync(
                () =>
                {
                    _time.Advance(TimeSpan.FromHours(24));
                    return !Directory.Exists(second!.Text);
                },
                "the end of a checkpoint kept for too long"
            );
        }
    }

    [Fact]
    public async Task More_connections_than_it_serves_wait_for_a_place()
    {
        var silent = new List<Socket>();
        for (var i = 0; i < 8; i++)
        {
            silent.Add(await ConnectAsync());
        }

        using var next = await ConnectAsync();
        await next.SendAsync(Encoding.UTF8.GetBytes("nonsense\n"), Cancel);
        var answer = ReadAsync(next);

        // Far longer than an answer takes, as is measured below.
        var first = await Task.WhenAny(answer, Task.Delay(Patience, TimeProvider.System, Cancel));
        Assert.NotSame(answer, first);

        // One place is enough; the other seven stay taken.
        var started = Stopwatch.GetTimestamp();
        silent[0].Dispose();
        Assert.StartsWith(ControlLine.Refused, await answer, StringComparison.Ordinal);
        var took = Stopwatch.GetElapsedTime(started);
        Assert.True(took < Patience, $"An answer takes {took}: that the ninth had none before says nothing.");
        Assert.All(silent.Skip(1), each => Assert.Equal(0, each.Available));
        silent.ForEach(each => each.Dispose());
    }

    private ControlAnswer? TryTake()
    {
        try
        {
            return ControlAnswer.TryAskAsync(Data, ControlLine.Checkpoint, Cancel).GetAwaiter().GetResult();
        }
        catch (Storage.BackupException)
        {
            return null;
        }
    }

    private async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(ControlAddress.Of(Data)!, Cancel);
        return socket;
    }

    /// <summary>All that comes until the other side ends; a reset is an end too.</summary>
    private static async Task<string> ReadAsync(Socket socket)
    {
        var said = new StringBuilder();
        var buffer = new byte[1024];
        try
        {
            while (await socket.ReceiveAsync(buffer, Cancel).AsTask().WaitAsync(Limit, Cancel) is > 0 and var read)
            {
                said.Append(Encoding.UTF8.GetString(buffer, 0, read));
            }
        }
        catch (SocketException)
        {
            // What was sent was not read before it closed.
        }

        return said.ToString();
    }

    private static async Task UntilAsync(Func<bool> condition, string missing)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        deadline.CancelAfter(Limit);
        while (!condition())
        {
            Assert.False(deadline.IsCancellationRequested, $"Missing: {missing}.");
            await Task.Yield();
        }
    }
}
