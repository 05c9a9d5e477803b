using System.IO.Pipelines;
using System.Net;
using Connect.Doors.Proxy;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Connect.Tests.Gateway.Doors;

/// <summary>Whose header is believed.</summary>
public sealed class ProxyProtocolTests
{
    private static readonly byte[] Header =
    [
        .. "\r\n\r\n\0\r\nQUIT\n"u8,
        .. new byte[] { 0x21, 0x11, 0, 12, 203, 0, 113, 7, 10, 0, 0, 1, 0x1F, 0x90, 0x01, 0xBB },
    ];

    private readonly FakeTimeProvider _time = new();
    private readonly FakeLogger<ProxyProtocol> _log = new();

    [Fact]
    public async Task From_a_trusted_source_the_client_is_known_and_the_rest_goes_on_untouched()
    {
        var connection = new Connection("10.1.2.3");
        await connection.WriteAsync([.. Header, .. "hello"u8]);
        Assert.True(await RunAsync(connection));
        Assert.Equal("203.0.113.7:8080", connection.RemoteEndPoint!.ToString());
        var rest = await connection.Transport.Input.ReadAsync(TestContext.Current.CancellationToken);
        Assert.Equal("hello"u8.ToArray(), System.Buffers.BuffersExtensions.ToArray(rest.Buffer));
    }

    [Fact]
    public async Task From_another_source_a_header_is_not_looked_at()
    {
        var connection = new Connection("192.0.2.9");
        await connection.WriteAsync(Header);
        Assert.True(await RunAsync(connection));
        Assert.Equal("192.0.2.9:40000", connection.RemoteEndPoint!.ToString());
        var rest = await connection.Transport.Input.ReadAsync(TestContext.Current.CancellationToken);
        Assert.Equal(Header.Length, rest.Buffer.Length);
    }

    [Fact]
    public async Task A_balancer_without_a_header_is_refused_and_its_client_not_served()
    {
        var connection = new Connection("::ffff:10.1.2.3");
        await connection.WriteAsync([0x16, 3, 1, 0]);
        Assert.False(await RunAsync(connection));
        Assert.True(connection.IsAborted);
    }

    [Fact]
    public async Task A_balancer_that_hangs_up_within_its_header_is_refused()
    {
        var connection = new Connection("10.1.2.3");
        await connection.WriteAsync(Header[..20]);
        await connection.Peer.CompleteAsync();
        Assert.False(await RunAsync(connection));
        Assert.True(connection.IsAborted);
    }

    [Fact]
    public async Task A_balancer_that_only_looks_whether_the_server_is_there_is_no_warning()
    {
        var connection = new Connection("10.1.2.3");
        await connection.Peer.CompleteAsync();
        Assert.False(await RunAsync(connection));
        Assert.Equal([LogLevel.Debug], _log.Collector.GetSnapshot().Select(each => each.Level));

        connection = new Connection("10.1.2.3");
        await connection.WriteAsync([0x16]);
        Assert.False(await RunAsync(connection));
        Assert.Equal([LogLevel.Debug, LogLevel.Warning], _log.Collector.GetSnapshot().Select(each => each.Level));
    }

    [Fact]
    public async Task A_balancer_that_speaks_version_1_is_understood()
    {
        var connection = new Connection("10.1.2.3");
        await connection.WriteAsync("PROXY TCP4 203.0.113.7 10.0.0.1 8080 443\r\nhello"u8.ToArray());
        Assert.True(await RunAsync(connection));
        Assert.Equal("203.0.113.7:8080", connection.RemoteEndPoint!.ToString());
    }

    [Fact]
    public async Task A_balancer_that_says_nothing_is_refused_at_the_deadline()
    {
        var connection = new Connection("10.1.2.3");
        var run = RunAsync(connection);
        _time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(run.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.False(await run);
        Assert.True(connection.IsAborted);
    }

    private async Task<bool> RunAsync(Connection connection)
    {
        var options = new ProxyOptions { Sources = { "10.0.0.0/8" } };
        var proxy = new ProxyProtocol(Options.Create(options), _time, _log);
        var passed = false;
        await proxy.RunAsync(
            connection,
            _ =>
            {
                passed = true;
                return Task.CompletedTask;
            }
        );
        return passed;
    }

    private sealed class Connection : DefaultConnectionContext
    {
        private readonly Pipe _fromPeer = new();

        public Connection(string address)
        {
            RemoteEndPoint = new IPEndPoint(IPAddress.Parse(address), 40_000);
            Transport = new Duplex(_fromPeer.Reader, new Pipe().Writer);
        }

        public bool IsAborted { get; private set; }

        public PipeWriter Peer => _fromPeer.Writer;

        public async Task WriteAsync(byte[] bytes) => await Peer.WriteAsync(bytes);

        public override void Abort(ConnectionAbortedException abortReason) => IsAborted = true;
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
