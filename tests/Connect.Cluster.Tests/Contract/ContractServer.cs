using Connect.Cluster.Tests.Processes;
using Connect.LoadGen.Issuing;
using Xunit;

namespace Connect.Cluster.Tests.Contract;

/// <summary>The server of all scenarios that leave it alive, and the record of what was carried out.</summary>
public sealed class ContractServer : IAsyncLifetime
{
    /// <summary>Tokens near their end come soon enough for a test; all scenarios come from one address.</summary>
    private static readonly string[] Settings =
    [
        "--Gateway:TokenWarning=00:00:04",
        "--Limits:RegistrationsPerAddress=0",
        "--Limits:LoginsPerAddress=0",
        "--Limits:ConnectsPerAddress=0",
        "--Limits:RequestsPerAddress=0",
    ];

    private readonly HashSet<string> _begun = [];
    private readonly HashSet<string> _done = [];
    private ServerProcess? _server;
    private TestIssuer _issuer = null!;

    public async ValueTask InitializeAsync() =>
        _issuer = await TestIssuer.StartAsync(TestContext.Current.CancellationToken);

    /// <summary>Carries a scenario out, each on users of its own.</summary>
    internal async Task RunAsync(Scenario scenario, CancellationToken cancellation)
    {
        _begun.Add(scenario.Name);
        var server = scenario.KillsServer ? await StartAsync(cancellation) : _server ??= await StartAsync(cancellation);
        try
        {
            await using var run = new ContractRun(server, _issuer, $"{_begun.Count}");
            foreach (var step in scenario.Steps)
            {
                await run.StepAsync(step);
            }

            _done.Add(scenario.Name);
        }
        finally
        {
            if (scenario.KillsServer)
            {
                await server.DisposeAsync();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        await _issuer.DisposeAsync();
        // Whoever asks for one scenario alone gets one; but a run of them all has to be one of them all.
        if (_begun.Count > 1)
        {
            Assert.Equal(Scenario.All.Select(scenario => scenario.Name).Order(), _done.Order());
        }
    }

    private Task<ServerProcess> StartAsync(CancellationToken cancellation) =>
        ServerProcess.StartAsync(cancellation, [.. Settings, .. _issuer.Settings()]);
}
