using Connect.Client.Connections;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using Wire = Connect.Protocol.V1;

namespace Connect.Tests.Client;

/// <summary>How a connection ends: what was said last gets a moment, measured by the clock of the options.</summary>
public sealed class LinkTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_socket_that_takes_nothing_is_given_up_when_the_given_clock_says_so()
    {
        var time = new FakeTimeProvider();
        var socket = new StuckTransport();
        var link = new Link(socket, (_, _) => { }, (_, _, _) => { }, time);
        link.Start();
        link.Send([new Wire.ClientFrame { Bye = new() }]);
        await socket.Writing.Task.WaitAsync(Cancelled);
        var ending = link.DisposeAsync().AsTask();
        time.Advance(TimeSpan.FromMilliseconds(199));
        Assert.False(socket.IsDisposed);
        Assert.False(ending.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));
        await ending.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, Cancelled);
        Assert.True(socket.IsDisposed);
    }

    private sealed class StuckTransport : ITransport
    {
        public TaskCompletionSource Writing { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsDisposed { get; private set; }

        public int? CloseCode => null;

        public int MessageLimit { get; set; }

        public async ValueTask SendAsync(IReadOnlyList<Wire.ClientFrame> frames, CancellationToken cancellationToken)
        {
            Writing.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }

        public async ValueTask<IReadOnlyList<Wire.ServerFrame>?> ReceiveAsync(CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return null;
        }

        public ValueTask DisposeAsync()
        {
            IsDisposed = true;
            return ValueTask.CompletedTask;
        }
    }
}
