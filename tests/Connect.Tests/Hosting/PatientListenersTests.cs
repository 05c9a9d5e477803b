using System.Net;
using System.Net.Sockets;
using Connect.Server.Hosting;
using CsCheck;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Connect.Tests.Hosting;

/// <summary>Listeners that outlive a system that hands over no connection.</summary>
public sealed class PatientListenersTests
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);

    private readonly FakeTimeProvider _time = new();
    private readonly CountingLog _log = new();
    private readonly SetReserve _reserve = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(SocketError.TooManyOpenSockets)]
    [InlineData(SocketError.NoBufferSpaceAvailable)]
    public async Task A_listener_waits_out_a_shortage_tries_ten_times_a_second_and_says_so_once(SocketError error)
    {
        var sockets = new ShortSockets { Error = error };
        await using var listener = await BindAsync(sockets);
        var accepting = listener.AcceptAsync(Cancellation).AsTask();
        Pass(TimeSpan.FromSeconds(3));
        Assert.False(accepting.IsCompleted);
        Assert.InRange(sockets.Tries, 20, 32);
        Assert.Equal(1, _log.Count);

        sockets.Error = null;
        Pass(TimeSpan.FromMilliseconds(200));
        Assert.Same(sockets.Connection, await accepting);

        // One right after it belongs to it; a later one is told again.
        sockets.Error = error;
        var between = listener.AcceptAsync(Cancellation).AsTask();
        Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(1, _log.Count);
        sockets.Error = null;
        Pass(TimeSpan.FromMilliseconds(200));
        Assert.Same(sockets.Connection, await between);

        Pass(TimeSpan.FromSeconds(11));
        sockets.Error = error;
        var next = listener.AcceptAsync(Cancellation).AsTask();
        Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(2, _log.Count);
        sockets.Error = null;
        Pass(TimeSpan.FromMilliseconds(200));
        Assert.Same(sockets.Connection, await next);
    }

    [Fact]
    public async Task Whatever_comes_between_shortages_each_connection_is_handed_on_and_none_is_invented()
    {
        await Gen.Int[0, 4]
            .Array[1, 20]
            .SampleAsync(
                async shortages =>
                {
                    var sockets = new ShortSockets();
                    await using var listener = await BindAsync(sockets);
                    foreach (var shortage in shortages)
                    {
                        sockets.FailNext(shortage);
                        var accepting = listener.AcceptAsync(Cancellation).AsTask();
                        Pass(TimeSpan.FromMilliseconds(100 * (shortage + 1)));
                        Assert.Same(sockets.Connection, await accepting);
                    }

                    Assert.Equal(shortages.Length, sockets.HandedOver);
                },
                iter: 30,
                threads: 1
            );
    }

    [Fact]
    public async Task A_connection_that_is_gone_is_passed_over_and_an_error_that_stays_is_waited_out()
    {
        var sockets = new ShortSockets { Error = SocketError.ConnectionReset };
        await using var listener = await BindAsync(sockets);
        sockets.AfterNextTry = () => sockets.Error = null;
        Assert.Same(sockets.Connection, await listener.AcceptAsync(Cancellation));
        Assert.Equal((2, 0), (sockets.Tries, _log.Count));

        sockets.Error = SocketError.NetworkDown;
        var accepting = listener.AcceptAsync(Cancellation).AsTask();
        Pass(TimeSpan.FromSeconds(1));
        Assert.InRange(sockets.Tries, 8, 15);
        Assert.Equal(1, _log.Count);
        sockets.Error = null;
        Pass(TimeSpan.FromMilliseconds(200));
        Assert.Same(sockets.Connection, await accepting);
    }

    [Fact]
    public async Task The_last_handles_are_left_to_the_runtime_and_no_connection_is_taken_meanwhile()
    {
        var sockets = new ShortSockets();
        await using var listener = await BindAsync(sockets);
        _reserve.Is = true;
        Assert.Same(sockets.Connection, await listener.AcceptAsync(Cancellation));
        var next = listener.AcceptAsync(Cancellation).AsTask();
        Pass(TimeSpan.FromSeconds(1));
        Assert.Equal((1, 1), (sockets.Tries, _log.Count));
        _reserve.Is = false;
        Pass(TimeSpan.FromMilliseconds(200));
        Assert.Same(sockets.Connection, await next);
    }

    [Fact]
    public async Task A_stop_does_not_wait_for_the_end_of_a_shortage()
    {
        await using var listener = await BindAsync(new ShortSockets { Error = SocketError.TooManyOpenSockets });
        using var stop = new CancellationTokenSource();
        var accepting = listener.AcceptAsync(stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => accepting);
    }

    private ValueTask<IConnectionListener> BindAsync(ShortSockets sockets)
    {
        // What waits for the clock then runs while the clock is moved, and not some time after.
        SynchronizationContext.SetSynchronizationContext(null);
        return new PatientListeners(sockets, _reserve, _time, _log).BindAsync(
            new IPEndPoint(IPAddress.Loopback, 0),
            Cancellation
        );
    }

    private void Pass(TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += Step)
        {
            _time.Advance(Step);
        }
    }

    private sealed class ShortSockets : IConnectionListenerFactory, IConnectionListener
    {
        private int _failures;

        public SocketError? Error { get; set; }

        public Action? AfterNextTry { get; set; }

        public ConnectionContext Connection { get; } = new DefaultConnectionContext();

        public int Tries { get; private set; }

        public int HandedOver { get; private set; }

        public EndPoint EndPoint => new IPEndPoint(IPAddress.Loopback, 1);

        public void FailNext(int times) => _failures = times;

        public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken) =>
            new(this);

        public ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken)
        {
            Tries++;
            if (Error is { } error)
            {
                AfterNextTry?.Invoke();
                AfterNextTry = null;
                throw new SocketException((int)error);
            }

            if (_failures-- > 0)
            {
                throw new SocketException((int)SocketError.TooManyOpenSockets);
            }

            HandedOver++;
            return new(Connection);
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken) => default;

        public ValueTask DisposeAsync() => default;
    }

    private sealed class SetReserve() : HandleReserve(TimeProvider.System)
    {
        public bool Is { get; set; }

        public override bool IsReached() => Is;

        public override bool IsReachedBy(IFeatureCollection connection) => Is;
    }

    private sealed class CountingLog : ILogger<PatientListeners>
    {
        public int Count { get; private set; }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel level) => true;

        public void Log<TState>(
            LogLevel level,
            EventId id,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => Count++;
    }
}
