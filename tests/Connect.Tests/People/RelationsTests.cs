using Connect.Accounts.People;
using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;
using Connect.Storage.InMemory;
using Connect.Tests.Cost;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Connect.Tests.People;

/// <summary>The read side of relations and what it remembers.</summary>
public sealed class RelationsTests
{
    private static readonly RelationTally Plenty = new(9_999, 9_999, 9_999, 9_999, 9_999);

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddDays(20_000));
    private readonly InMemoryUserStore _users = new();
    private readonly InMemoryRelations _store;
    private readonly UserId _anna = new(1);
    private readonly UserId _ben = new(2);
    private readonly UserId _cleo = new(3);

    public RelationsTests() => _store = new(_users);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_contact_needs_the_will_of_both()
    {
        var relations = New();
        await PutAsync(new(_anna, _ben, WantedAt: 1));
        await PutAsync(new(_anna, _cleo, WantedAt: 1));
        await PutAsync(new(_cleo, _anna, WantedAt: 1));

        Assert.Equal([_cleo], await relations.FindContactsAsync(_anna, [_ben, _cleo], Cancel));
        Assert.Equal([_cleo], await relations.ListContactsAsync(_anna, Cancel));
        Assert.Empty(await relations.ListContactsAsync(_ben, Cancel));
    }

    [Fact]
    public async Task Blocks_are_told_apart_by_who_blocks()
    {
        var relations = New();
        await PutAsync(new(_anna, _ben, BlockedAt: 1));
        await PutAsync(new(_cleo, _anna, BlockedAt: 1));

        Assert.Equal(
            [new(_ben, true, false), new BlockBetween(_cleo, false, true)],
            await relations.FindBlocksAsync(_anna, [_ben, _cleo, new(4)], Cancel)
        );
    }

    [Fact]
    public async Task Whom_a_user_blocks_among_few_is_known_without_reading_all_that_the_user_has()
    {
        var meter = new WorkMeter();
        var relations = New(meter.Of<IRelationStore>(_store));
        for (var i = 10u; i < 310; i++)
        {
            await PutAsync(new(_anna, new(i), WantedAt: 1));
        }

        Assert.Empty(await relations.FindBlockedAmongAsync(_anna, [_ben, _cleo], Cancel));
        await PutAsync(new(_anna, _ben, BlockedAt: 1));
        relations.Forget(_anna, _ben);
        meter.Reset();
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal([_ben], await relations.FindBlockedAmongAsync(_anna, [_ben, _cleo], Cancel));
        }

        // Two tallies; the question, two pairs of it and two rows.
        Assert.InRange(meter.Rows, 1, 7);
        await PutAsync(new(_anna, _cleo, BlockedAt: 1));
        relations.Forget(_anna, _cleo);
        Assert.Equal(2, (await relations.FindBlockedAmongAsync(_anna, [_ben, _cleo], Cancel)).Count);
        Assert.Equal(2, (await relations.FindBlockedAsync(_anna, Cancel)).Count);
    }

    [Fact]
    public async Task What_another_node_changed_is_seen_after_the_time_a_node_trusts_its_memory()
    {
        var relations = New();
        await CreateAsync(_anna, default);
        Assert.Empty(await relations.FindBlocksAsync(_anna, [_ben], Cancel));
        Assert.Equal(default, await relations.ReadPrivacyAsync(_anna, Cancel));
        await PutAsync(new(_ben, _anna, BlockedAt: 1));
        await _users.UpdateAsync(Account(_anna, new(true, false)) with { Version = 2 });

        _time.Advance(TimeSpan.FromSeconds(2.9));
        Assert.Empty(await relations.FindBlocksAsync(_anna, [_ben], Cancel));
        Assert.Equal(default, await relations.ReadPrivacyAsync(_anna, Cancel));
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Single(await relations.FindBlocksAsync(_anna, [_ben], Cancel));
        Assert.Equal(new(true, false), await relations.ReadPrivacyAsync(_anna, Cancel));
    }

    [Fact]
    public async Task What_is_forgotten_is_read_again_at_once()
    {
        var relations = New();
        Assert.Empty(await relations.FindBlocksAsync(_anna, [_ben], Cancel));
        await PutAsync(new(_ben, _anna, BlockedAt: 1));
        Assert.Empty(await relations.FindBlocksAsync(_anna, [_ben], Cancel));

        relations.Forget(_ben, _anna);

        Assert.Single(await relations.FindBlocksAsync(_anna, [_ben], Cancel));
    }

    [Fact]
    public async Task Forgetting_only_costs_a_read()
    {
        var relations = New(remembered: 2);
        for (var i = 10; i < 1_300; i++)
        {
            await PutAsync(new(_anna, new((UInt128)i), WantedAt: 1));
            await PutAsync(new(new((UInt128)i), _anna, WantedAt: 1));
        }

        var others = Enumerable.Range(5, 1_300).Select(i => new UserId((UInt128)i)).ToArray();
        for (var round = 0; round < 2; round++)
        {
            var contacts = await relations.FindContactsAsync(_anna, [.. others], Cancel);
            Assert.Equal(1_290, contacts.Count);
            Assert.Equal(contacts.Order(), await relations.ListContactsAsync(_anna, Cancel));
        }
    }

    private static Account Account(UserId user, Privacy privacy) =>
        new(user, $"u{user}", $"u{user}", null, 1, false, 1) { Privacy = privacy };

    private async Task CreateAsync(UserId user, Privacy privacy) =>
        Assert.True(await _users.CreateAsync(Account(user, privacy)));

    private Relations New(int remembered = 100) => New(_store, remembered);

    private Relations New(IRelationStore store, int remembered = 100) =>
        new(store, _users, Options.Create(new PeopleOptions { RememberedRelations = remembered }), _time);

    private async Task PutAsync(Relation relation) =>
        Assert.Equal(RelationWrite.Written, await _store.PutAsync(relation, Plenty));
}
