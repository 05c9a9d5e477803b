using Connect.Contracts.Accounts;
using Connect.Tests.Identity;
using Xunit;

namespace Connect.Tests.People;

public sealed class RelationWriterTests
{
    [Fact]
    public async Task A_change_that_always_comes_second_ends_after_16_attempts()
    {
        var world = new PeopleWorld();
        var (ann, bob) = (await world.AddUserAsync(), await world.AddUserAsync());
        var rows = CountedStore.Over<IRelationStore>(
            world.Rows,
            nameof(IRelationStore.PutAsync),
            new ValueTask<RelationWrite>(RelationWrite.Changed)
        );
        var outcome = await world
            .WriterOver(rows)
            .ChangeAsync(ann, bob, row => row with { WantedAt = 1 }, TestContext.Current.CancellationToken);
        Assert.Equal(RelationWrite.Changed, outcome);
        Assert.Equal(16, CountedStore.CallsOf(rows, nameof(IRelationStore.PutAsync)));
        Assert.Empty(world.Changed);
    }
}
