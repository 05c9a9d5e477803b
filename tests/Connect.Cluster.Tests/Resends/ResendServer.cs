using Connect.Cluster.Tests.Processes;
using Xunit;

namespace Connect.Cluster.Tests.Resends;

/// <summary>A server for the tests of a class, which come one after the other and may kill it.</summary>
public sealed class ResendServer : IAsyncLifetime
{
    internal ServerProcess Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() =>
        Server = await ServerProcess.StartAsync(
            TestContext.Current.CancellationToken,
            "--Limits:SendBurst=0",
            "--Limits:ConversationSends=0",
            "--Limits:RegistrationsPerAddress=0",
            "--Limits:LoginsPerAddress=0"
        );

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
