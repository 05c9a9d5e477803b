using Connect.Client;
using Connect.Cluster.Tests.Processes;
using Connect.LoadGen.Issuing;
using Xunit;

namespace Connect.Cluster.Tests.Contract;

/// <summary>Carries out the steps of one scenario with the .NET SDK.</summary>
/// <param name="server">A server that may be shared.</param>
/// <param name="issuer">Whose tokens the server takes beside its own.</param>
/// <param name="suffix">The names of users are those of the scenario with this behind them.</param>
internal sealed partial class ContractRun(ServerProcess server, TestIssuer issuer, string suffix) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(25);

    private readonly Dictionary<string, Actor> _actors = [];
    private readonly Dictionary<string, string> _groups = [];
    private readonly DirectoryInfo _stores = Directory.CreateTempSubdirectory("connect-contract-");

    private ServerProcess Server => server;

    public async Task StepAsync(Step step)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        if (step.Do is { } deed)
        {
            Assert.True(Deeds.ContainsKey(deed), $"No step {deed}.");
            await Deeds[deed](this, step, limit.Token);
            return;
        }

        Assert.True(Expectations.ContainsKey(step.Expect ?? ""), $"Nothing to expect: {step.Expect}.");
        await UntilAsync(step, () => Expectations[step.Expect!](this, step, limit.Token), limit.Token);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var actor in _actors.Values)
        {
            await actor.DisposeAsync();
        }

        _stores.Delete(recursive: true);
    }

    /// <summary>Waits until what is seen is what is wanted.</summary>
    private static async Task UntilAsync(
        Step step,
        Func<Task<(object? Seen, object? Wanted)>> look,
        CancellationToken cancellation
    )
    {
        var (seen, wanted) = ("nothing", "");
        try
        {
            while (seen != wanted)
            {
                var (is_, be) = await look();
                (seen, wanted) = (Scenario.Show(is_), Scenario.Show(be));
                await Task.Delay(seen == wanted ? TimeSpan.Zero : Look, TimeProvider.System, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            Assert.Fail($"In vain waited for {step.Expect ?? step.Do} of {step.Who}: {wanted}; it is {seen}.");
        }
    }

    private Actor Of(string who)
    {
        Assert.True(_actors.TryGetValue(who, out var actor), $"{who} did not join.");
        return actor;
    }

    private ConnectClient ClientOf(Step step) => Of(step.Who).Client;

    private string[] IdsOf(IEnumerable<string> users) => [.. users.Select(user => Of(user).Id)];

    private Task<Conversation> RoomAsync(Step step, CancellationToken cancellation) =>
        Of(step.Who)
            .RoomAsync(
                step.In,
                client =>
                    step.In.StartsWith('@')
                        ? client.OpenDirectAsync(Of(step.In[1..]).Username, cancellation)
                        : Task.FromResult(client.Conversation(_groups[step.In]))
            );

    private async Task<ConversationContent> ViewAsync(Step step, CancellationToken cancellation) =>
        await Of(step.Who).ViewAsync(await RoomAsync(step, cancellation), cancellation);

    private async Task<ConversationItem?> ItemAsync(Step step, CancellationToken cancellation) =>
        await Of(step.Who).ItemAsync(await RoomAsync(step, cancellation), cancellation);
}
