using System.Diagnostics;
using Connect.Protocol.V1;
using Xunit;

namespace Connect.Cluster.Tests.Outsiders;

/// <summary>
/// The time of an answer does not tell what is not yours from what is not there: medians of calls that take turns.
/// </summary>
[Collection(OutsiderCases.Name)]
public sealed class OutsiderTimingTests(OutsiderWorld world, ITestOutputHelper output)
{
    private const int Rounds = 25;

    /// <summary>Wide enough for a shared machine; a read of the log or a write to disk more would still show.</summary>
    private const double Factor = 3;
    private const double MoreMilliseconds = 5;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Frames_take_as_long_for_what_is_not_yours_as_for_what_is_not_there()
    {
        await using var session = await world.OpenAsync(Outsider.Stranger);
        var rows = FrameTable.All.Where(row => row is { Scope: Scope.Conversation, Answered: true });
        foreach (var row in rows.Where(row => row.Kind != ClientFrame.BodyOneofCase.Sync))
        {
            await CompareAsync($"{row.Kind}", id => session.AskAsync(row.Make(id), Cancellation));
        }
    }

    [Fact]
    public async Task Routes_take_as_long_for_what_is_not_yours_as_for_what_is_not_there()
    {
        var stranger = world.Outsiders[Outsider.Stranger];
        foreach (var row in RouteTable.All.Where(row => row.Scope == Scope.Conversation))
        {
            await CompareAsync(row.Route, id => world.AskAsync(row, stranger, id, world.Bob.Id));
        }
    }

    private async Task CompareAsync(string what, Func<string, Task> askAsync)
    {
        var same = OutsiderWorld.NoConversation();
        var times = new List<double>[] { [], [], [] };
        for (var round = 0; round < Rounds; round++)
        {
            string[] ids = [world.Group, same, OutsiderWorld.NoConversation()];
            for (var i = 0; i < ids.Length; i++)
            {
                // Each of them comes first, second and third as often.
                var which = (i + round) % ids.Length;
                var started = Stopwatch.GetTimestamp();
                await askAsync(ids[which]);
                times[which].Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }
        }

        var medians = times.Select(each => each.Order().ElementAt(Rounds / 2)).ToArray();
        var text = $"{what}: not yours {medians[0]:N2}, not there {medians[1]:N2}, never asked for {medians[2]:N2} ms";
        output.WriteLine(text);
        Assert.True(medians.Max() < (Factor * medians.Min()) + MoreMilliseconds, text);
    }
}
