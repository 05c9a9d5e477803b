using System.Threading.Channels;
using Connect.Client.Connections;
using Connect.Protocol;
using Wire = Connect.Protocol.V1;

namespace Connect.Tests.Client;

/// <summary>One connection to a <see cref="FakeServer"/>.</summary>
internal sealed class FakeSession(FakeServer server) : ITransport
{
    private readonly Channel<Wire.ServerFrame> _toClient = Channel.CreateUnbounded<Wire.ServerFrame>();

    public Dictionary<string, ulong> Positions { get; } = [];

    public bool Listed { get; set; }

    /// <summary>Caught up: entries are pushed.</summary>
    public bool Live { get; set; }

    public int? CloseCode { get; private set; }

    public int MessageLimit { get; set; } = ProtocolLimits.ClientMessageBytes;

    /// <summary>The client closed it.</summary>
    public bool Disposed { get; private set; }

    public void Push(Wire.ServerFrame frame) => _toClient.Writer.TryWrite(frame.Clone());

    /// <summary>The server closes with a code.</summary>
    public void Close(CloseCode code)
    {
        CloseCode = (int)code;
        Live = false;
        _toClient.Writer.TryComplete();
    }

    /// <summary>The connection is cut.</summary>
    public void Break()
    {
        Live = false;
        _toClient.Writer.TryComplete(new IOException("The connection was cut."));
    }

    public ValueTask SendAsync(IReadOnlyList<Wire.ClientFrame> frames, CancellationToken cancellationToken)
    {
        foreach (var frame in frames)
        {
            if (_toClient.Reader.Completion.IsCompleted)
            {
                throw new IOException("The connection was cut.");
            }

            server.Handle(this, frame.Clone());
        }

        return ValueTask.CompletedTask;
    }

    public async ValueTask<IReadOnlyList<Wire.ServerFrame>?> ReceiveAsync(CancellationToken cancellationToken)
    {
        try
        {
            var frames = new List<Wire.ServerFrame> { await _toClient.Reader.ReadAsync(cancellationToken) };
            while (_toClient.Reader.TryRead(out var frame))
            {
                frames.Add(frame);
            }

            return frames;
        }
        catch (ChannelClosedException error) when (error.InnerException is IOException cut)
        {
            throw cut;
        }
        catch (ChannelClosedException)
        {
            return null;
        }
    }

    public ValueTask DisposeAsync()
    {
        Disposed = true;
        Live = false;
        _toClient.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }
}
