using System.Text;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Xunit;

namespace Connect.Tests.Storage.Conformance;

/// <summary>What the writer's side of every store must do.</summary>
/// <param name="ports">May be shared by the tests of a class: each has conversations of its own.</param>
public abstract class CommitConformance(StoreUnderTest ports)
{
    private readonly UserId _anna = UserId.NewRandom();
    private readonly UserId _ben = UserId.NewRandom();

    private IConversationStore Store => ports.Store;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_conversation_that_does_not_exist_loads_and_claims_as_null_and_fences_commits()
    {
        var talk = Talk.Between(Store, _anna, _ben);

        Assert.Null(await Store.LoadAsync(talk.Id));
        Assert.Null(await Store.ClaimAsync(talk.Id));
        var result = await Store.CommitAsync(talk.Commit(talk.Message(1, _anna, "hello")));
        Assert.Equal(CommitStatus.Fenced, result.Status);
    }

    [Fact]
    public async Task A_creation_loads_as_it_was_committed()
    {
        var talk = Talk.Between(Store, _anna, _ben);
        await talk.MustCommitAsync(talk.Creation("Sunday", talk.Message(1, _anna, "hello", time: 77)));

        var loaded = await Store.LoadAsync(talk.Id);

        Assert.NotNull(loaded);
        Assert.Equal(ConversationKind.Group, loaded.Kind);
        Assert.Equal("Sunday", loaded.Title);
        Assert.Equal((1L, 2L, 77L, 1L), (loaded.Epoch, loaded.NextSeq, loaded.LastTime, loaded.Messages));
        Assert.Equal([_anna, _ben], loaded.Members.Select(m => m.User));
    }

    [Fact]
    public async Task Of_many_creations_at_once_exactly_one_wins()
    {
        var talk = Talk.Between(Store, _anna, _ben);
        var commits = Enumerable
            .Range(0, 20)
            .Select(i => talk.Creation(null, talk.Message(1, _anna, $"try {i}", time: 1)))
            .ToArray();

        var results = await Task.WhenAll(commits.Select(c => Task.Run(async () => await Store.CommitAsync(c))));

        Assert.Single(results, r => r.Status == CommitStatus.Committed);
        Assert.Equal(19, results.Count(r => r.Status == CommitStatus.Exists));
        Assert.Equal(2, (await Store.LoadAsync(talk.Id))!.NextSeq);
    }

    [Fact]
    public async Task A_creation_repeated_after_an_unknown_outcome_finds_that_it_exists()
    {
        var talk = Talk.Between(Store, _anna, _ben);
        var creation = talk.Creation(null, talk.Message(1, _anna, "hello"));
        await talk.MustCommitAsync(creation);

        Assert.Equal(CommitStatus.Exists, (await Store.CommitAsync(creation)).Status);
    }

    [Fact]
    public async Task The_first_append_after_a_load_claims_the_epoch_and_fences_the_writer_before()
    {
        var talk = await Talk.Between(Store, _anna, _ben).CreateAsync();
        var before = talk.Commit(talk.Message(3, _anna, "from the writer before")) with { ExpectedNextSeq = 3 };
        var first = talk.Commit(talk.Message(2, _ben, "hi")) with { Epoch = 2 };

        await talk.MustCommitAsync(first);

        Assert.Equal(2, (await Store.LoadAsync(talk.Id))!.Epoch);
        Assert.Equal(CommitStatus.Fenced, (await Store.CommitAsync(before)).Status);
        await talk.AppendAsync(_ben, "still here");
    }

    [Fact]
    public async Task Of_two_writers_that_loaded_the_same_head_one_is_fenced()
    {
        var talk = await Talk.Between(Store, _anna, _ben).CreateAsync();
        var one = talk.Commit(talk.Message(2, _anna, "one", time: 2_000)) with { Epoch = 2 };
        var other = talk.Commit(talk.Message(2, _ben, "other", time: 2_000)) with { Epoch = 2 };

        var results = await Task.WhenAll(
            Task.Run(async () => await Store.CommitAsync(one)),
            Task.Run(async () => await Store.CommitAsync(other))
        );

        Assert.Equal([CommitStatus.Committed, CommitStatus.Fenced], results.Select(r => r.Status).Order());
        Assert.Equal(3, (await Store.LoadAsync(talk.Id))!.NextSeq);
    }

    [Fact]
    public async Task A_stale_next_seq_is_fenced_and_writes_nothing()
    {
        var talk = await Talk.Between(Store, _anna, _ben).CreateAsync();
        var stale = talk.Commit(talk.Message(2, _anna, "stale"));
        await talk.AppendAsync(_ben, "second");

        Assert.Equal(CommitStatus.Fenced, (await Store.CommitAsync(stale)).Status);
        Assert.Empty(await Store.FindCidsAsync(talk.Id, [new(_anna, stale.Entries[0].Cid, default)]));
    }

    [Fact]
    public async Task A_claim_is_unconditional_and_fences_whatever_was_under_way()
    {
        var talk = await Talk.Between(Store, _anna, _ben).CreateAsync();

        var claimed = await Store.ClaimAsync(talk.Id);
        var again = await Store.ClaimAsync(talk.Id);

        Assert.Equal((2L, 3L), (claimed!.Epoch, again!.Epoch));
        var old = await Store.CommitAsync(talk.Commit(talk.Message(2, _anna, "old")));
        Assert.Equal(CommitStatus.Fenced, old.Status);
        var first = await Store.CommitAsync(talk.Commit() with { ExpectedEpoch = 2, Epoch = 2 });
        Assert.Equal(CommitStatus.Fenced, first.Status);
        talk.Epoch = 3;
        await talk.AppendAsync(_anna, "under the claim");
    }

    [Fact]
    public async Task Concurrent_claims_get_epochs_of_their_own()
    {
        var talk = await Talk.Between(Store, _anna, _ben).CreateAsync();

        var claims = await Task.WhenAll(
            Enumerable.Range(0, 10).Select(_ => Task.Run(async () => await Store.ClaimAsync(talk.Id)))
        );

        Assert.Equal(Enumerable.Range(2, 10).Select(e => (long)e), claims.Select(c => c!.Epoch).Order());
    }

    [Fact]
    public async Task A_cid_committed_before_is_a_duplicate_with_its_seq_and_nothing_is_written()
    {
        var talk = await Talk.Between(Store, _anna, _ben).CreateAsync();
        var cid = Talk.NewCid();
        await talk.MustCommitAsync(talk.Commit(talk.Message(2, _anna, "same", cid, time: 5_000)));

        var commit = talk.Commit(
            talk.Message(3, _ben, "fresh", time: 6_000),
            talk.Message(4, _anna, "other", cid, time: 6_000)
        );
        var result = await Store.CommitAsync(commit);

        Assert.Equal(CommitStatus.Duplicate, result.Status);
        Assert.Equal(new KnownCid(_anna, cid, 2, 5_000, SameText: false), Assert.Single(result.Known));
        Assert.Equal(3, (await Store.LoadAsync(talk.Id))!.NextSeq);
        Assert.Empty(await Store.FindCidsAsync(talk.Id, [new(_ben, commit.Entries[0].Cid, default)]));
    }

    [Fact]
    public async Task A_stale_writer_learns_the_seq_of_a_cid_that_is_committed_already()
    {
        var talk = await Talk.Between(Store, _anna, _ben).CreateAsync();
        var cid = Talk.NewCid();
        var commit = talk.Commit(talk.Message(2, _anna, "same", cid, time: 5_000));
        await talk.MustCommitAsync(commit);

        var result = await Store.CommitAsync(commit);

        Assert.Equal(CommitStatus.Duplicate, result.Status);
        Assert.Equal(new KnownCid(_anna, cid, 2, 5_000, SameText: true), Assert.Single(result.Known));
    }

    [Fact]
    public async Task A_cid_from_two_writers_at_once_is_committed_once()
    {
        var talk = await Talk.Between(Store, _anna, _ben).CreateAsync();
        var cid = Talk.NewCid();
        var commits = Enumerable.Range(0, 8).Select(_ => talk.Commit(talk.Message(2, _anna, "x", cid, time: 5_000)));

        var results = await Task.WhenAll(
            commits.Select(c => Task.Run(async () => await Store.CommitAsync(c))).ToArray()
        );

        Assert.Single(results, r => r.Status == CommitStatus.Committed);
        Assert.All(
            results.Where(r => r.Status != CommitStatus.Committed),
            r => Assert.Equal(2, Assert.Single(r.Known).Seq)
        );
        Assert.Equal(3, (await Store.LoadAsync(talk.Id))!.NextSeq);
    }

    [Fact]
    public async Task A_cid_is_scoped_to_its_conversation_and_its_sender()
    {
        var cid = Talk.NewCid();
        var talk = await Talk.Between(Store, _anna, _ben).CreateAsync();
        var elsewhere = await Talk.Between(Store, _anna, _ben).CreateAsync();
        await talk.MustCommitAsync(talk.Commit(talk.Message(2, _anna, "here", cid)));

        await talk.MustCommitAsync(talk.Commit(talk.Message(3, _ben, "by another", cid)));
        await elsewhere.MustCommitAsync(elsewhere.Commit(elsewhere.Message(2, _anna, "elsewhere", cid)));
    }

    [Fact]
    public async Task A_duplicate_in_one_conversation_does_not_fail_the_others_of_the_same_write()
    {
        var cid = Talk.NewCid();
        var bad = await Talk.Between(Store, _anna, _ben).CreateAsync();
        await bad.MustCommitAsync(bad.Commit(bad.Message(2, _anna, "first", cid)));
        var good = await Task.WhenAll(
            Enumerable.Range(0, 30).Select(_ => Talk.Between(Store, _anna, _ben).CreateAsync())
        );
        var commits = good.Select(t => t.Commit(t.Message(2, _ben, "fine"))).ToList();
        commits.Insert(10, bad.Commit(bad.Message(3, _anna, "again", cid)));
        commits.Insert(20, bad.Commit(bad.Message(9, _anna, "stale")) with { ExpectedNextSeq = 9 });

        var results = await Task.WhenAll(commits.Select(c => Store.CommitAsync(c).AsTask()));

        Assert.Equal(CommitStatus.Duplicate, results[10].Status);
        Assert.Equal(CommitStatus.Fenced, results[20].Status);
        Assert.Equal(30, results.Count(r => r.Status == CommitStatus.Committed));
    }

    [Fact]
    public async Task FindCids_knows_what_is_committed_and_whether_the_text_is_the_same()
    {
        var talk = await Talk.Between(Store, _anna, _ben).CreateAsync();
        var cid = Talk.NewCid();
        await talk.MustCommitAsync(talk.Commit(talk.Message(2, _anna, "same", cid, time: 5_000)));

        var known = await Store.FindCidsAsync(
            talk.Id,
            [
                new(_anna, cid, Encoding.UTF8.GetBytes("same")),
                new(_anna, cid, Encoding.UTF8.GetBytes("other")),
                new(_anna, cid, default),
                new(_ben, cid, default),
                new(_anna, Talk.NewCid(), default),
            ]
        );

        Assert.Equal(
            [
                new(_anna, cid, 2, 5_000, SameText: true),
                new(_anna, cid, 2, 5_000, SameText: false),
                new(_anna, cid, 2, 5_000, SameText: true),
            ],
            known
        );
        Assert.Empty(await Store.FindCidsAsync(ConversationId.NewRandom(), [new(_anna, cid, default)]));
    }

    [Fact]
    public async Task An_idempotency_row_lives_31_days_from_its_commit()
    {
        var talk = await Talk.Between(Store, _anna, _ben).CreateAsync();
        var cid = Talk.NewCid();
        await talk.MustCommitAsync(talk.Commit(talk.Message(2, _anna, "old", cid)));

        ports.Time.Advance(TimeSpan.FromDays(31) - TimeSpan.FromSeconds(1));
        Assert.Single(await Store.FindCidsAsync(talk.Id, [new(_anna, cid, default)]));

        ports.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Empty(await Store.FindCidsAsync(talk.Id, [new(_anna, cid, default)]));
        await talk.MustCommitAsync(talk.Commit(talk.Message(3, _anna, "new", cid)));
        Assert.Equal(3, Assert.Single(await Store.FindCidsAsync(talk.Id, [new(_anna, cid, default)])).Seq);
    }

    [Fact]
    public async Task Many_conversations_at_once_stay_dense()
    {
        var talks = await Task.WhenAll(
            Enumerable.Range(0, 40).Select(_ => Talk.Between(Store, _anna, _ben).CreateAsync())
        );

        await Task.WhenAll(
            talks.Select(t => Task.Run(() => t.AppendAsync(_anna, [.. Enumerable.Range(0, 25).Select(i => $"m{i}")])))
        );

        foreach (var talk in talks)
        {
            var slice = await ports.Reader.ReadAfterAsync(_ben, talk.Id, new(0, 0, 1_000, 1 << 20), Cancel);
            Assert.Equal(Enumerable.Range(1, 26).Select(s => (long)s), slice.Entries.Select(e => e.Seq));
            Assert.Equal(26, slice.Head);
        }
    }

    [Fact]
    public async Task A_commit_that_no_correct_writer_builds_is_refused_as_a_bug()
    {
        var talk = await Talk.Between(Store, _anna, _ben).CreateAsync();
        var cid = Talk.NewCid();
        var hole = talk.Commit(talk.Message(3, _anna, "hole"));
        var twice = talk.Commit(talk.Message(2, _anna, "a", cid), talk.Message(3, _anna, "a", cid));
        var back = talk.Commit(talk.Message(2, _anna, "a", time: 9_000), talk.Message(3, _anna, "b", time: 8_000));
        var leap = talk.Commit() with { Epoch = 3 };

        foreach (var commit in new[] { hole, twice, back, leap })
        {
            await Assert.ThrowsAsync<ArgumentException>(async () => await Store.CommitAsync(commit));
        }
    }
}
