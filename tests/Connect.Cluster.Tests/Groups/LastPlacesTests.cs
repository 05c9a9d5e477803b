using Xunit;

namespace Connect.Cluster.Tests.Groups;

/// <summary>The last place of a full-grown group, wanted by a hundred at once while the process dies.</summary>
public sealed class LastPlacesTests
{
    /// <summary>Changes that are acknowledged before the kill, of 51 that can be.</summary>
    private const int AcksBeforeKill = 20;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task Adders_inviters_and_accepters_through_a_kill_leave_five_hundred_and_never_more()
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Limit);
        await using var world = await LastPlacesWorld.StartAsync(deadline.Token);
        var begun = await world.ReadMembersAsync();
        Assert.Equal(LastPlacesWorld.Places - 1, begun.Taken);
        Assert.Equal(LastPlacesWorld.Each, begun.Invited.Count);
        var entriesBefore = (await world.ReadLogAsync()).Count;
        world.Watch();

        var first = await world.RaceAsync(AcksBeforeKill);
        await world.Server.StartAsync(world.Deadline);
        var second = await world.RepeatAsync();
        await world.StopWatchingAsync();

        CheckKill(first, second);
        CheckAnswers(first, second);
        Assert.True(world.Lists > 2, "The list of members was not read meanwhile.");
        Assert.Equal(LastPlacesWorld.Places, world.MostTaken);
        var log = await world.ReadLogAsync();
        Assert.Equal(LastPlacesWorld.Each + 1, log.Count - entriesBefore);
        await CheckMembersAsync(world, second, log);
        await FillAsync(world, second);
    }

    /// <summary>A kill before or after the race would show nothing.</summary>
    private static void CheckKill(IReadOnlyList<Asked> first, IReadOnlyList<Asked> second)
    {
        Assert.InRange(first.Count(each => each.IsDone), AcksBeforeKill, LastPlacesWorld.Each);
        Assert.True(first.Any(each => each.Status == 0), "No request was under way at the kill.");
        Assert.True(
            second.Zip(first).Any(each => each.First.IsDone && !each.Second.IsDone),
            "Nothing was left to do after the kill."
        );
    }

    private static void CheckAnswers(IReadOnlyList<Asked> first, IReadOnlyList<Asked> second)
    {
        // What was acknowledged stays so, with the same entry.
        foreach (var (before, after) in first.Zip(second).Where(each => each.First.IsDone))
        {
            Assert.True(after.IsDone, $"{before} and then {after}");
            Assert.True(before.Change.Kind == WantedPlace.Accept || before.Seq == after.Seq, $"{before}, {after}");
        }

        // A place that was promised is there; of the others one is left for a hundred.
        Assert.All(second, each => Assert.True(each.IsDone || each.IsRefusedAsFull, each.ToString()));
        Assert.All(first, each => Assert.True(each.IsOpen || each.IsDone || each.IsRefusedAsFull, $"{each}"));
        Assert.All(second, each => Assert.True(each.IsDone || each.Change.Kind != WantedPlace.Accept, $"{each}"));
        Assert.Single(second, each => each.IsDone && each.Change.Kind != WantedPlace.Accept);
    }

    private static async Task CheckMembersAsync(
        LastPlacesWorld world,
        IReadOnlyList<Asked> answers,
        IReadOnlyList<LoggedChange> log
    )
    {
        var listed = await world.ReadMembersAsync();
        Assert.Equal(LastPlacesWorld.Places, listed.Taken);
        foreach (var answer in answers)
        {
            var isThere = (answer.Change.Kind == WantedPlace.Invite ? listed.Invited : listed.Present).Contains(
                answer.Change.Subject
            );
            Assert.True(isThere == answer.IsDone, $"{answer}, but listed: {isThere}");
        }

        var (present, invited) = LoggedChange.Fold(log);
        Assert.Equal(present.Order(), listed.Present.Order());
        Assert.Equal(invited.Order(), listed.Invited.Order());
    }

    /// <summary>The one who took the last place by an invite comes, too, and then nobody else does.</summary>
    private static async Task FillAsync(LastPlacesWorld world, IReadOnlyList<Asked> answers)
    {
        var last = answers.Single(each => each.IsDone && each.Change.Kind != WantedPlace.Accept).Change;
        if (last.Kind == WantedPlace.Invite)
        {
            Assert.True((await world.AskAsync(world.AcceptOf(last.Subject))).IsDone);
        }

        Assert.Equal(LastPlacesWorld.Places, (await world.ReadMembersAsync()).Present.Count);
        var refused = answers.First(each => each.IsRefusedAsFull).Change;
        Assert.True((await world.AskAsync(refused)).IsRefusedAsFull);
    }
}
