using System.Net;
using System.Net.Sockets;
using Connect.Server.Peers;
using Xunit;

namespace Connect.Tests.Hosting;

public sealed class PeerStateTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData(1, 2, 0, 10_000, true)] // Sent again and again, no answer.
    [InlineData(1, 2, 0, 9_999, false)] // Not for long enough.
    [InlineData(1, 1, 0, 10_000, false)] // Once lost may be lost.
    [InlineData(0, 0, 2, 10_000, true)] // Probed and silent.
    [InlineData(0, 0, 1, 60_000, false)] // The first probe after a long pause.
    [InlineData(0, 0, 0, 600_000, false)] // Idle, and owes nothing.
    [InlineData(0, 5, 0, 60_000, false)] // All that was sent again arrived.
    public void Only_a_silent_peer_that_owes_an_answer_is_gone(
        uint unacknowledged,
        int retransmissions,
        int probes,
        int silence,
        bool isGone
    ) =>
        Assert.Equal(
            isGone,
            new PeerState(unacknowledged, retransmissions, probes, TimeSpan.FromMilliseconds(silence)).IsGone(Limit)
        );

    [Fact]
    public async Task The_kernels_own_words_are_read_where_they_are()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(listener.LocalEndPoint!, TestContext.Current.CancellationToken);
        using var server = await listener.AcceptAsync(TestContext.Current.CancellationToken);
        await client.SendAsync(new byte[1], TestContext.Current.CancellationToken);
        await server.ReceiveAsync(new byte[1], TestContext.Current.CancellationToken);

        var info = new byte[PeerState.InfoLength];
        Assert.Equal(info.Length, server.GetRawSocketOption(6, 11, info));
        var state = PeerState.Read(info);
        Assert.Equal((0u, 0, 0), (state.Unacknowledged, state.Retransmissions, state.UnansweredProbes));
        Assert.InRange(state.Silence, TimeSpan.Zero, TimeSpan.FromMinutes(1));
    }
}
