using System.Globalization;
using Xunit;

namespace Connect.Tests.Simulation;

/// <summary>
/// The promises, checked over many seeds. <c>CONNECT_SIM_SEEDS=first:count</c> runs others: a failure names its seed.
/// </summary>
public sealed class MessagePathSimulationTests
{
    private const int Seeds = 300;

    [Fact]
    public void No_seed_breaks_a_promise()
    {
        var (first, count) = ReadSeeds();
        for (var seed = first; seed < first + count; seed++)
        {
            IReadOnlyList<string> violations;
            try
            {
                violations = MessagePathSimulation.Run(seed);
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"Seed {seed} failed.", exception);
            }

            Assert.True(violations.Count == 0, $"Seed {seed}:\n{string.Join('\n', violations.Distinct())}");
        }
    }

    [Theory]
    [InlineData((int)SimulatedBug.AcknowledgesBeforeCommit, "was acknowledged as seq")]
    [InlineData((int)SimulatedBug.LosesHints, "Not complete")]
    [InlineData((int)SimulatedBug.NamesNoPredecessor, "was sent after seq")]
    [InlineData((int)SimulatedBug.ForgetsCids, "is there 2 times")]
    public void A_deliberate_bug_is_found(int bug, string finding)
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var violations = MessagePathSimulation.Run(seed, (SimulatedBug)bug);
            if (violations.Any(violation => violation.Contains(finding, StringComparison.Ordinal)))
            {
                return;
            }
        }

        Assert.Fail($"No seed found that '{finding}'.");
    }

    [Fact]
    public void A_seed_replays_step_by_step() =>
        Assert.Equal(MessagePathSimulation.CountSteps(7), MessagePathSimulation.CountSteps(7));

    private static (int First, int Count) ReadSeeds()
    {
        var setting = Environment.GetEnvironmentVariable("CONNECT_SIM_SEEDS")?.Split(':');
        return setting is [var first, var count]
            ? (int.Parse(first, CultureInfo.InvariantCulture), int.Parse(count, CultureInfo.InvariantCulture))
            : (0, Seeds);
    }
}
