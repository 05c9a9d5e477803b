namespace Connect.Client.Connections;

/// <summary>Opens connections.</summary>
internal interface ITransportFactory
{
    /// <summary>Connects, up to and including the upgrade.</summary>
    Task<ITransport> ConnectAsync(Uri url, CancellationToken cancellationToken);
}
