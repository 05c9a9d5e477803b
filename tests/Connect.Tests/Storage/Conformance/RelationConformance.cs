using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;
using Xunit;

namespace Connect.Tests.Storage.Conformance;

/// <summary>Contacts, requests and blocks in a store.</summary>
public abstract class RelationConformance : IDisposable
{
    private static readonly RelationTally Plenty = new(100, 100, 100, 100, 100);

    private readonly Lazy<StoreUnderTest> _ports;
    private readonly UserId _anna = UserId.NewRandom();
    private readonly UserId _ben = UserId.NewRandom();

    protected RelationConformance() => _ports = new(Open);

    private IRelationStore Relations => _ports.Value.Relations;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _ports.Value.Dispose();
        GC.SuppressFinalize(this);
    }

    protected abstract StoreUnderTest Open();

    [Fact]
    public async Task A_relation_that_was_never_written_is_empty()
    {
        Assert.Equal(
            [new Relation(_anna, _ben), new Relation(_ben, _anna)],
            await Relations.ReadAsync([(_anna, _ben), (_ben, _anna)], Cancel)
        );
        Assert.Empty(await Relations.ListAsync(_anna, Cancel));
        Assert.Equal(default, await Relations.CountAsync(_anna, Cancel));
    }

    [Fact]
    public async Task Relations_are_read_in_the_order_asked_and_each_in_its_owners_space()
    {
        await PutAsync(new(_anna, _ben, WantedAt: 1, AskedAt: 2));
        await PutAsync(new(_ben, _anna, DeclinedAt: 3, BlockedAt: 4));

        var rows = await Relations.ReadAsync([(_ben, _anna), (_anna, UserId.NewRandom()), (_anna, _ben)], Cancel);

        Assert.Equal(new Relation(_ben, _anna, DeclinedAt: 3, BlockedAt: 4), rows[0] with { Version = 0 });
        Assert.True(rows[1].IsEmpty);
        Assert.Equal(new Relation(_anna, _ben, WantedAt: 1, AskedAt: 2), rows[2] with { Version = 0 });
        Assert.Equal([rows[2]], await Relations.ListAsync(_anna, Cancel));
        Assert.Equal(new RelationTally(1, 0, 0, 0, 0), await Relations.CountAsync(_anna, Cancel));
        Assert.Equal(new RelationTally(0, 0, 0, 1, 1), await Relations.CountAsync(_ben, Cancel));
    }

    [Fact]
    public async Task A_row_changes_only_from_the_version_that_was_read()
    {
        var first = await PutAsync(new(_anna, _ben, WantedAt: 1));
        var writes = await Task.WhenAll(
            Enumerable
                .Range(2, 8)
                .Select(at =>
                    Task.Run(async () => await Relations.PutAsync(first with { WantedAt = at }, Plenty), Cancel)
                )
        );

        Assert.Single(writes, RelationWrite.Written);
        Assert.Equal(7, writes.Count(each => each == RelationWrite.Changed));
        Assert.Equal(RelationWrite.Changed, await Relations.PutAsync(new(_anna, _ben, AskedAt: 1), Plenty));
    }

    [Fact]
    public async Task A_row_deleted_and_made_anew_is_not_taken_for_the_old_one()
    {
        var old = await PutAsync(new(_anna, _ben, AskedAt: 1));
        await PutAsync(old with { AskedAt = 0 });
        Assert.Empty(await Relations.ListAsync(_anna, Cancel));
        var fresh = await PutAsync(new(_anna, _ben, AskedAt: 2));

        Assert.NotEqual(old.Version, fresh.Version);
        Assert.Equal(RelationWrite.Changed, await Relations.PutAsync(old with { AskedAt = 0 }, Plenty));
        Assert.Equal([fresh], await Relations.ListAsync(_anna, Cancel));
    }

    [Fact]
    public async Task What_is_full_takes_no_more_of_its_kind_and_gets_room_again()
    {
        var limits = new RelationTally(2, 1, 1, 1, 1);
        var requested = await PutAsync(new(_anna, _ben, WantedAt: 1), limits);
        Assert.Equal(RelationWrite.Full, await TryAsync(new(_anna, UserId.NewRandom(), WantedAt: 1), limits));

        // A contact is no open request; the third one would be one contact too many.
        await PutAsync(new(_anna, UserId.NewRandom(), WantedAt: 1, AskedAt: 1), limits);
        Assert.Equal(RelationWrite.Full, await TryAsync(new(_anna, UserId.NewRandom(), 1, 1), limits));
        foreach (
            var relation in new Relation[]
            {
                new(_anna, new(1), AskedAt: 1),
                new(_anna, new(2), DeclinedAt: 1),
                new(_anna, new(3), BlockedAt: 1),
            }
        )
        {
            await PutAsync(relation, limits);
            Assert.Equal(RelationWrite.Full, await TryAsync(relation with { Other = new(9) }, limits));
        }

        await PutAsync(requested with { WantedAt = 0 }, limits);
        await PutAsync(new(_anna, UserId.NewRandom(), WantedAt: 1), limits);
        Assert.Equal(new RelationTally(2, 1, 1, 1, 1), await Relations.CountAsync(_anna, Cancel));
    }

    [Fact]
    public async Task Many_at_once_do_not_pass_a_limit()
    {
        var limits = new RelationTally(5, 5, 5, 5, 5);

        var writes = await Task.WhenAll(
            Enumerable
                .Range(0, 20)
                .Select(_ =>
                    Task.Run(async () => await TryAsync(new(_anna, UserId.NewRandom(), AskedAt: 1), limits), Cancel)
                )
        );

        Assert.Equal(5, writes.Count(each => each == RelationWrite.Written));
        Assert.Equal(5, (await Relations.ListAsync(_anna, Cancel)).Length);
    }

    [Fact]
    public async Task Who_is_gone_keeps_nothing_and_gets_nothing()
    {
        var account = new Account(_anna, "Anna", "anna", "hash", 1, false, 1);
        await _ports.Value.Users.CreateAsync(account);
        await PutAsync(new(_anna, _ben, WantedAt: 1));
        await PutAsync(new(_ben, _anna, WantedAt: 1));
        await _ports.Value.Deletions.BeginAsync(account with { DeletingSince = 5, Disabled = true, Version = 2 });

        Assert.Equal(RelationWrite.Gone, await TryAsync(new(_anna, UserId.NewRandom(), AskedAt: 1), Plenty));
        await Relations.DeleteAllAsync(_anna);
        await Relations.DeleteAllAsync(_anna);

        Assert.Empty(await Relations.ListAsync(_anna, Cancel));
        Assert.Equal(default, await Relations.CountAsync(_anna, Cancel));
        Assert.Single(await Relations.ListAsync(_ben, Cancel));
    }

    private async Task<Relation> PutAsync(Relation relation, RelationTally? limits = null)
    {
        Assert.Equal(RelationWrite.Written, await Relations.PutAsync(relation, limits ?? Plenty));
        return (await Relations.ReadAsync([(relation.Owner, relation.Other)], Cancel))[0];
    }

    private async Task<RelationWrite> TryAsync(Relation relation, RelationTally limits) =>
        await Relations.PutAsync(relation, limits);
}
