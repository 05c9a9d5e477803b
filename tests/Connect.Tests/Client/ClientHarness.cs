using System.Collections.Concurrent;
using Connect.Client;
using Connect.Client.Stores;
using Microsoft.Extensions.Time.Testing;
using Wire = Connect.Protocol.V1;

namespace Connect.Tests.Client;

/// <summary>A client, a fake server and a clock that only the test moves.</summary>
internal sealed class ClientHarness : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly CancellationTokenSource _ended = new();
    private readonly ConcurrentQueue<ConnectEvent> _events = new();
    private Task _listening = Task.CompletedTask;

    public ClientHarness(IConnectStore? store = null, Func<ConnectOptions, ConnectOptions>? configure = null)
    {
        Server = new(Time);
        Store = store ?? new MemoryConnectStore();
        var options = new ConnectOptions("wss://server.test/v1/connect")
        {
            Token = _ => ValueTask.FromResult<AccessToken>("token-" + Interlocked.Increment(ref _tokens)),
            Store = Store,
            TimeProvider = Time,
            Random = new Random(1),
            Transport = Server,
        };
        Client = new(configure?.Invoke(options) ?? options);
    }

    private int _tokens;

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    public FakeServer Server { get; }

    public IConnectStore Store { get; }

    public ConnectClient Client { get; }

    public Conversation Room => Client.Conversation(FakeServer.Room);

    public int TokensGiven => Volatile.Read(ref _tokens);

    /// <summary>What the application got so far.</summary>
    public IReadOnlyList<ConnectEvent> Events => [.. _events];

    public IReadOnlyList<long> Seqs => [.. Events.OfType<MessageReceived>().Select(message => message.Seq)];

    public IReadOnlyList<string> Texts => [.. Events.OfType<MessageReceived>().Select(message => message.Text)];

    /// <summary>A client that is live and whose events are taken.</summary>
    public static async Task<ClientHarness> LiveAsync(
        IConnectStore? store = null,
        Func<ConnectOptions, ConnectOptions>? configure = null
    )
    {
        var harness = new ClientHarness(store, configure);
        harness.Listen();
        await harness.ConnectAsync();
        return harness;
    }

    public async Task ConnectAsync()
    {
        var state = await Client.ConnectAsync(_ended.Token).WaitAsync(Patience);
        Xunit.Assert.Equal(ConnectionState.Live, state);
    }

    /// <summary>Takes all events. The subscription is there on return: what is pushed next is not missed.</summary>
    public void Listen()
    {
        var events = Client.EventsAsync(_ended.Token).GetAsyncEnumerator(_ended.Token);
        _listening = ListenAsync(events, events.MoveNextAsync().AsTask());
    }

    /// <summary>Waits, without moving the clock, until something holds.</summary>
    public Task Until(Func<bool> condition, string what) => WaitAsync(condition, TimeSpan.Zero, what);

    /// <summary>Moves the clock on, little by little, until something holds.</summary>
    public Task Advance(Func<bool> condition, string what, TimeSpan? step = null) =>
        WaitAsync(condition, step ?? TimeSpan.FromMilliseconds(100), what);

    /// <summary>Waits until the client has acted on all that was pushed to it, and moves the clock on.</summary>
    public async Task Pass(TimeSpan time)
    {
        await Client.OutgoingAsync(_ended.Token);
        Time.Advance(time);
        await Client.OutgoingAsync(_ended.Token);
    }

    private async Task ListenAsync(IAsyncEnumerator<ConnectEvent> events, Task<bool> next)
    {
        try
        {
            while (await next.ConfigureAwait(false))
            {
                _events.Enqueue(events.Current);
                next = events.MoveNextAsync().AsTask();
            }
        }
        catch (OperationCanceledException) when (_ended.IsCancellationRequested)
        {
            // The test is over.
        }
        finally
        {
            await events.DisposeAsync();
        }
    }

    public IReadOnlyList<Wire.Send> Sends() =>
        [.. Server.ReceivedOf(Wire.ClientFrame.BodyOneofCase.Send).Select(frame => frame.Send)];

    public IReadOnlyList<Wire.MarkRequest> Marks() =>
        [.. Server.ReceivedOf(Wire.ClientFrame.BodyOneofCase.Mark).Select(frame => frame.Mark)];

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await Client.DisposeAsync();
        await _listening;
        _ended.Dispose();
    }

    private async Task WaitAsync(Func<bool> condition, TimeSpan step, string what)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Xunit.Assert.True(TimeProvider.System.GetElapsedTime(start) < Patience, "In vain waited: " + what);
            if (step > TimeSpan.Zero)
            {
                Time.Advance(step);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System);
        }
    }
}
