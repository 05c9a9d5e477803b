using Connect.Cluster.Tests.Processes;
using Xunit;

namespace Connect.Cluster.Tests.Abuse;

/// <summary>A server with its default limits and a store on disk: each case comes from addresses of its own.</summary>
public sealed class AbuseServer : IAsyncLifetime
{
    internal ServerProcess Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() =>
        Server = await ServerProcess.StartAsync(TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
