using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Storage.RocksDb;
using Connect.Tests.Storage.Conformance;
using Xunit;

namespace Connect.Tests.Storage.RocksDb;

/// <summary>What the embedded store does at its limits, and its upkeep.</summary>
public sealed class StoreLimitsTests : IDisposable
{
    private readonly StoreFolder _folder = new();
    private readonly UserId _anna = UserId.NewRandom();
    private readonly UserId _ben = UserId.NewRandom();
    private long _free = long.MaxValue;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Below_the_reserve_writes_are_refused_reads_served_and_all_again_when_freed()
    {
        _folder.Options = _folder.Options with { ReserveBytes = 1_000, FreeBytes = _ => Volatile.Read(ref _free) };
        using var store = _folder.Open();
        var talk = await Talk.Between(store.Conversations, _anna, _ben).CreateAsync();
        Assert.Null(store.Refusal);

        Volatile.Write(ref _free, 999);
        var refused = await store.Conversations.CommitAsync(talk.Commit(talk.Message(2, _anna, "no room")));
        Assert.Equal(CommitStatus.Refused, refused.Status);
        await Assert.ThrowsAsync<StoreRefusesException>(async () =>
            await store.Index.PutAsync([new(_anna, talk.Id, Talk.NewCid(), 1)])
        );
        await Assert.ThrowsAsync<StoreRefusesException>(async () => await store.Conversations.ClaimAsync(talk.Id));
        Assert.Contains("free space", store.Refusal, StringComparison.Ordinal);
        Assert.Equal(2, (await store.Conversations.LoadAsync(talk.Id))!.NextSeq);
        Assert.Empty(await store.Index.ListAsync(_anna, Cancel));

        Volatile.Write(ref _free, 1_000);
        _folder.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(store.Refusal);
        await talk.AppendAsync(_anna, "room again");
        Assert.Empty(_folder.Fatal);
    }

    [Fact]
    public async Task Below_the_reserve_people_still_get_in_and_out_but_nobody_new()
    {
        _folder.Options = _folder.Options with { ReserveBytes = 1_000, FreeBytes = _ => Volatile.Read(ref _free) };
        using var store = _folder.Open();
        var account = new Account(_anna, "anna", "anna", "hash", 0, false, 1);
        Assert.True(await store.Users.CreateAsync(account));
        var device = new Device(_anna, DeviceId.NewRandom(), "laptop", 0, null, 1);

        Volatile.Write(ref _free, 250);
        await Assert.ThrowsAsync<StoreRefusesException>(async () =>
            await store.Users.CreateAsync(new(_ben, "ben", "ben", "hash", 0, false, 1))
        );
        Assert.True(await store.Users.PutDeviceAsync(device));
        Assert.True(await store.Users.PutDeviceAsync(device with { Name = "renamed", Version = 2 }));
        account = account with { PasswordHash = "other", Version = 2 };
        Assert.True(await store.Users.UpdateAndEndLoginsAsync(account, device.Id));
        await store.Users.DeleteDeviceAsync(_anna, device.Id);
        account = account with { Disabled = true, DeletingSince = 1, Version = 3 };
        Assert.True(await store.Deletions.BeginAsync(account));
        await store.Relations.DeleteAllAsync(_anna);
        await store.Deletions.DeleteAccountAsync(_anna);
        await store.Deletions.DestroyKeyAsync(_anna);
        await store.Deletions.FinishAsync(_anna);
        Assert.Contains("free space", store.Refusal, StringComparison.Ordinal);

        // What is left keeps the store alive.
        Volatile.Write(ref _free, 249);
        await Assert.ThrowsAsync<StoreRefusesException>(async () =>
            await store.Users.DeleteDeviceAsync(_ben, device.Id)
        );
    }

    [Fact]
    public async Task A_closed_store_refuses_writes_and_says_so()
    {
        var store = _folder.Open();
        var talk = await Talk.Between(store.Conversations, _anna, _ben).CreateAsync();

        store.Dispose();
        store.Dispose();

        Assert.NotNull(store.Refusal);
        var result = await store.Conversations.CommitAsync(talk.Commit(talk.Message(2, _anna, "late")));
        Assert.Equal(CommitStatus.Refused, result.Status);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await store.Conversations.LoadAsync(talk.Id));
    }

    [Fact]
    public async Task Closing_commits_what_waits()
    {
        Talk[] talks;
        Task<CommitResult>[] waiting;
        using (var store = _folder.Open())
        {
            talks = await Task.WhenAll(
                Enumerable.Range(0, 20).Select(_ => Talk.Between(store.Conversations, _anna, _ben).CreateAsync())
            );
            waiting =
            [
                .. talks.Select(t => store.Conversations.CommitAsync(t.Commit(t.Message(2, _anna, "x"))).AsTask()),
            ];
        }

        Assert.All(await Task.WhenAll(waiting), r => Assert.Equal(CommitStatus.Committed, r.Status));
        using var reopened = _folder.Open();
        foreach (var talk in talks)
        {
            Assert.Equal(3, (await reopened.Conversations.LoadAsync(talk.Id))!.NextSeq);
        }
    }

    [Fact]
    public async Task Idempotency_rows_past_their_time_are_deleted_and_younger_ones_stay()
    {
        _folder.Options = _folder.Options with { SweptRowsPerSecond = 7 };
        using var store = _folder.Open();
        var talk = await Talk.Between(store.Conversations, _anna, _ben).CreateAsync();
        await talk.AppendAsync(_anna, [.. Enumerable.Range(0, 20).Select(i => $"old {i}")]);
        _folder.Time.Advance(TimeSpan.FromDays(20));
        await talk.AppendAsync(_anna, "young", "younger");
        Assert.Equal(23, CountDedupeRows(store));

        _folder.Time.Advance(TimeSpan.FromDays(12));
        for (var second = 0; second < 40 && CountDedupeRows(store) > 2; second++)
        {
            _folder.Time.Advance(TimeSpan.FromSeconds(1));

            // A write behind the sweep in the queue: when it is done, so is the sweep's.
            await store.Conversations.ClaimAsync(talk.Id);
        }

        Assert.Equal(2, CountDedupeRows(store));
    }

    private static int CountDedupeRows(RocksDbStore store)
    {
        using var rows = store.Database.Iterate(store.Database.Dedupe);
        var count = 0;
        for (rows.SeekToFirst(); rows.Valid(); rows.Next())
        {
            count++;
        }

        return count;
    }
}
