using Connect.Tests.Repository;
using Xunit;

namespace Connect.Tests.Cost;

/// <summary>
/// What users ask is paid from a budget of their own, so its cost must not grow with what others did, nor with what
/// they did not ask for. Each operation runs in a small world and in worlds with ten times as much of one thing.
/// </summary>
public sealed class CostTests(CostTests.Ledger ledger, ITestOutputHelper output) : IClassFixture<CostTests.Ledger>
{
    /// <summary>
    /// A binary search looks at one more row for each doubling, a page at one more row than it shows.
    /// </summary>
    private const int Slack = 8;

    /// <summary>What a queue holds may differ by what is being written at the moment.</summary>
    private const int HeldSlack = 256;

    public static TheoryData<string> Names => [.. Operations.All.Select(each => each.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task What_is_asked_costs_no_more_where_there_is_ten_times_as_much_of_something_else(string name)
    {
        var operation = Operations.All.Single(each => each.Name == name);
        var small = await ledger.WorkAsync(null, name);
        Assert.True(small.Failure is null, small.Failure);
        output.WriteLine($"{name}: {small}");
        var wrong = new List<string>();
        foreach (var size in Enum.GetValues<Size>())
        {
            var large = await ledger.WorkAsync(size, name);
            Assert.True(large.Failure is null, $"{size}: {large.Failure}");
            var grows =
                large.Rows > small.Rows + Slack
                || large.Entries > small.Entries + Slack
                || large.Pushes > small.Pushes
                || large.Held > small.Held + HeldSlack;
            if (!operation.GoesOn && grows != operation.GrowsWith.Contains(size))
            {
                wrong.Add($"It {(grows ? "grows" : "does not grow")} with {size}. Ten times as much: {large}");
            }
        }

        Violations.None(wrong, $"{name}: {small}");
    }

    /// <summary>Does everything once in each world, in order, and keeps what it cost.</summary>
    public sealed class Ledger
    {
        private readonly Dictionary<int, Task<Dictionary<string, Work>>> _worlds = [];

        internal async Task<Work> WorkAsync(Size? size, string name)
        {
            Task<Dictionary<string, Work>> world;
            lock (_worlds)
            {
                var key = (int?)size ?? -1;
                if (!_worlds.TryGetValue(key, out world!))
                {
                    _worlds[key] = world = RunAsync(size is { } large ? new Sizes().Grow(large) : new());
                }
            }

            return (await world)[name];
        }

        private static async Task<Dictionary<string, Work>> RunAsync(Sizes sizes)
        {
            await using var world = await CostWorld.StartAsync(sizes);
            var work = new Dictionary<string, Work>();
            foreach (var operation in Operations.All)
            {
                await world.SettleAsync();
                world.Meter.Reset();
                var held = world.HeldBytes;
                string? failure = null;
                try
                {
                    await operation.Ask(world);
                    await world.SettleAsync();
                }
                catch (Exception exception)
                {
                    // Of this one alone: the others are still asked.
                    failure = exception.Message;
                }

                var meter = world.Meter;
                work[operation.Name] = new(
                    meter.Rows,
                    meter.Entries,
                    meter.Pushes,
                    Math.Max(0, world.HeldBytes - held),
                    meter.ToString(),
                    failure
                );
            }

            return work;
        }
    }

    /// <summary>What one thing that was asked cost.</summary>
    /// <param name="Rows">See <see cref="WorkMeter.Rows"/>.</param>
    /// <param name="Entries">See <see cref="WorkMeter.Entries"/>.</param>
    /// <param name="Pushes">See <see cref="WorkMeter.Pushes"/>.</param>
    /// <param name="Held">Bytes that the caller's sessions hold more than before.</param>
    /// <param name="Detail">Of each call of the store how much it was.</param>
    /// <param name="Failure">Why it was not done; null: it was.</param>
    internal sealed record Work(long Rows, long Entries, long Pushes, long Held, string Detail, string? Failure)
    {
        public override string ToString() => $"{Held} bytes held, {Detail}";
    }
}
