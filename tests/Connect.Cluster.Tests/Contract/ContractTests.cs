using Xunit;

namespace Connect.Cluster.Tests.Contract;

/// <summary>
/// What every client library must do against a real server, done by the .NET SDK. The TypeScript SDK carries out the
/// same file in <c>web/sdk/test/contract.test.ts</c>.
/// </summary>
public sealed class ContractTests(ContractServer shared) : IClassFixture<ContractServer>
{
    public static IEnumerable<TheoryDataRow<string>> Names =>
        Scenario.All.Select(scenario => new TheoryDataRow<string>(scenario.Name));

    [Theory(Timeout = 180_000)]
    [MemberData(nameof(Names))]
    public Task Contract(string name) =>
        shared.RunAsync(Scenario.All.Single(scenario => scenario.Name == name), TestContext.Current.CancellationToken);
}
