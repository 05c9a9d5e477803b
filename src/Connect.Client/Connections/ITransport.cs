using Wire = Connect.Protocol.V1;

namespace Connect.Client.Connections;

/// <summary>One connection to a server, as frames. One reader and one writer use it at the same time.</summary>
internal interface ITransport : IAsyncDisposable
{
    /// <summary>The most bytes of one WebSocket message to the server.</summary>
    int MessageLimit { get; set; }

    /// <summary>
    /// Writes frames; as many as <see cref="MessageLimit"/> allows go into one WebSocket message.
    /// </summary>
    ValueTask SendAsync(IReadOnlyList<Wire.ClientFrame> frames, CancellationToken cancellationToken);

    /// <summary>The frames of the next message; null when the server closed the connection.</summary>
    ValueTask<IReadOnlyList<Wire.ServerFrame>?> ReceiveAsync(CancellationToken cancellationToken);

    /// <summary>The code the server closed with; null when the connection broke or is open.</summary>
    int? CloseCode { get; }
}

/// <summary>Opens connections.</summary>
internal interface ITransportFactory
{
    /// <summary>Connects, up to and including the upgrade.</summary>
    Task<ITransport> ConnectAsync(Uri url, CancellationToken cancellationToken);
}
