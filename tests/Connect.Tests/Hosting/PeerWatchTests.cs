using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Net.Sockets;
using System.Reflection;
using Connect.Doors.Limits;
using Connect.Server.Peers;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Connect.Tests.Hosting;

public sealed class PeerWatchTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(10)]
    [InlineData(254)]
    [InlineData(600)]
    public void An_idle_peer_is_probed_in_the_second_half_of_any_limit_that_is_allowed(double seconds)
    {
        var limit = TimeSpan.FromSeconds(seconds);
        Assert.InRange(limit, TimeSpan.Zero, Longest());
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

        Watch(limit, new FakeTimeProvider()).Probe(socket);

        Assert.Equal(1, socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive));
        var silence = Read(socket, SocketOptionName.TcpKeepAliveTime);
        var probing =
            Read(socket, SocketOptionName.TcpKeepAliveInterval) * Read(socket, SocketOptionName.TcpKeepAliveRetryCount);
        Assert.InRange(silence + probing, Math.Max(2, limit.TotalSeconds * 0.6), Math.Max(2, limit.TotalSeconds));
    }

    [Fact]
    public void Without_a_limit_nobody_is_probed()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

        Watch(TimeSpan.Zero, new FakeTimeProvider()).Probe(socket);

        Assert.Equal(0, socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive));
    }

    [Fact]
    public async Task A_connection_that_cannot_be_looked_at_does_not_end_the_watch()
    {
        var time = new FakeTimeProvider();
        using var watch = Watch(TimeSpan.FromSeconds(10), time);
        await watch.StartAsync(Cancellation);
        var end = new TaskCompletionSource();
        var broken = new BrokenConnection();
        var running = watch.RunAsync(broken, _ => end.Task);
        Assert.Equal(1, watch.Count);

        await Gateway.Eventually.TrueAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return watch.Count == 0;
            },
            "the connection to be let go"
        );

        Assert.False(watch.ExecuteTask!.IsCompleted);
        end.SetResult();
        await running;
        await watch.StopAsync(Cancellation);
    }

    private static int Read(Socket socket, SocketOptionName name) =>
        (int)socket.GetSocketOption(SocketOptionLevel.Tcp, name)!;

    private static PeerWatch Watch(TimeSpan limit, TimeProvider time) =>
        new(Options.Create(new GatewayOptions { PeerTimeout = limit }), time, NullLogger<PeerWatch>.Instance);

    private static TimeSpan Longest()
    {
        var range = typeof(GatewayOptions)
            .GetProperty(nameof(GatewayOptions.PeerTimeout))!
            .GetCustomAttribute<RangeAttribute>()!;
        return TimeSpan.Parse((string)range.Maximum, CultureInfo.InvariantCulture);
    }

    private sealed class BrokenConnection : DefaultConnectionContext, IConnectionSocketFeature
    {
        public BrokenConnection() => Features.Set<IConnectionSocketFeature>(this);

        public Socket Socket => throw new InvalidOperationException("It is broken.");
    }
}
