using System.Net.WebSockets;
using Connect.Client.Connections;
using Connect.Protocol.V1;

namespace Connect.Cluster.Tests.Contract;

/// <summary>The way from the server to one client, on which a scenario lets things get lost.</summary>
/// <param name="inner">What connects really.</param>
internal sealed class LossyWire(ITransportFactory inner) : ITransportFactory
{
    private readonly Lock _gate = new();
    private Fate? _fate;
    private int _losing;

    public async Task<ITransport> ConnectAsync(Uri url, CancellationToken cancellationToken)
    {
        var transport = await inner.ConnectAsync(url, cancellationToken);
        lock (_gate)
        {
            return new Way(this, _fate = new(), transport);
        }
    }

    /// <summary>Nothing the server says arrives any more, until the connection is cut.</summary>
    public void Deafen() => Current().IsDeaf = true;

    /// <summary>So many of the next pushes of entries do not arrive.</summary>
    public void Lose(int pushes) => Volatile.Write(ref _losing, pushes);

    public void Cut() => Current().Cut.TrySetResult();

    private Fate Current()
    {
        lock (_gate)
        {
            return _fate ?? throw new InvalidOperationException("It was never connected.");
        }
    }

    private bool IsLost(ServerFrame frame)
    {
        if (frame.BodyCase != ServerFrame.BodyOneofCase.Entries || Volatile.Read(ref _losing) == 0)
        {
            return false;
        }

        Interlocked.Decrement(ref _losing);
        return true;
    }

    /// <summary>What becomes of one connection.</summary>
    private sealed class Fate
    {
        public volatile bool IsDeaf;

        public TaskCompletionSource Cut { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Way(LossyWire wire, Fate fate, ITransport inner) : ITransport
    {
        public int? CloseCode => inner.CloseCode;

        public int MessageLimit
        {
            get => inner.MessageLimit;
            set => inner.MessageLimit = value;
        }

        public ValueTask SendAsync(IReadOnlyList<ClientFrame> frames, CancellationToken cancellationToken) =>
            inner.SendAsync(frames, cancellationToken);

        public async ValueTask<IReadOnlyList<ServerFrame>?> ReceiveAsync(CancellationToken cancellationToken)
        {
            while (true)
            {
                var receiving = inner.ReceiveAsync(cancellationToken).AsTask();
                if (await Task.WhenAny(receiving, fate.Cut.Task) != receiving)
                {
                    throw new WebSocketException(WebSocketError.ConnectionClosedPrematurely);
                }

                var frames = await receiving;
                if (frames is null)
                {
                    return null;
                }

                List<ServerFrame> left = fate.IsDeaf ? [] : [.. frames.Where(frame => !wire.IsLost(frame))];
                if (left.Count > 0)
                {
                    return left;
                }
            }
        }

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
