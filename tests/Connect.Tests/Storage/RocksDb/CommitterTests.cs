using Connect.Contracts.Storage;
using Connect.Storage.RocksDb;
using Microsoft.Extensions.Logging.Abstractions;
using RocksDbSharp;
using Xunit;

namespace Connect.Tests.Storage.RocksDb;

/// <summary>The committer over a write function of the test.</summary>
public sealed class CommitterTests : IDisposable
{
    private RocksDbStoreOptions _options = new() { DataFolder = "unused", MaxWaitingWrites = 8 };
    private readonly List<string> _fatal = [];
    private readonly ManualResetEventSlim _open = new(initialState: true);
    private readonly List<int> _batches = [];
    private Exception? _fault;
    private volatile int _begun;

    public void Dispose() => _open.Dispose();

    [Fact]
    public async Task After_a_failed_write_everything_under_way_is_unknown_and_everything_later_refused()
    {
        var committer = Start();
        await Put(committer, 1);

        _fault = new IOException("fsync failed");
        await Assert.ThrowsAsync<IOException>(async () => await Put(committer, 2));
        _fault = null;

        var later = await Assert.ThrowsAsync<StoreRefusesException>(async () => await Put(committer, 3));
        Assert.True(later.IsFinal);
        Assert.Contains("fsync failed", Assert.Single(_fatal), StringComparison.Ordinal);
        Assert.Contains("fsync failed", committer.Refusal, StringComparison.Ordinal);
        committer.Stop();
        Assert.Equal([1], _batches);
    }

    [Fact]
    public async Task What_waits_behind_a_failed_write_is_refused_and_never_written()
    {
        var committer = Start();
        _open.Reset();
        var first = Put(committer, 1).AsTask();
        await BegunAsync(1);
        var second = Put(committer, 2).AsTask();
        _fault = new IOException("fsync failed");
        _open.Set();

        await Assert.ThrowsAsync<IOException>(() => first);
        Assert.True((await Assert.ThrowsAsync<StoreRefusesException>(() => second)).IsFinal);
        committer.Stop();
        Assert.Empty(_batches);
    }

    [Fact]
    public async Task What_waits_shares_one_write_but_an_owner_has_one_item_in_each()
    {
        var committer = Start();
        _open.Reset();
        var writes = new List<Task<bool>> { Put(committer, 99).AsTask() };
        await BegunAsync(1);
        foreach (var owner in new UInt128[] { 1, 2, 1, 3, 1 })
        {
            writes.Add(Put(committer, owner).AsTask());
        }

        _open.Set();
        await Task.WhenAll(writes);

        committer.Stop();
        Assert.Equal([1, 3, 1, 1], _batches);
    }

    [Fact]
    public async Task An_item_that_cannot_be_checked_fails_alone()
    {
        var committer = Start();
        _open.Reset();
        var first = Put(committer, 99).AsTask();
        await BegunAsync(1);
        var bad = new FunctionWrite<bool>(batch =>
        {
            batch.Put("half"u8, "written"u8);
            throw new InvalidDataException("damaged row");
        })
        {
            Owner = 1,
        };
        committer.Enqueue(bad);
        var good = Put(committer, 2).AsTask();
        _open.Set();

        await Assert.ThrowsAsync<InvalidDataException>(async () => await bad.Outcome);
        Assert.True(await first);
        Assert.True(await good);
        committer.Stop();
        Assert.Equal([1, 1], _batches);
        Assert.Empty(_fatal);
    }

    [Fact]
    public async Task A_full_queue_refuses()
    {
        var committer = Start();
        _open.Reset();
        var first = Put(committer, 99).AsTask();
        await BegunAsync(1);
        var waiting = Enumerable.Range(1, 8).Select(i => Put(committer, (UInt128)i).AsTask()).ToList();

        var refused = await Assert.ThrowsAsync<StoreRefusesException>(async () => await Put(committer, 9));
        Assert.False(refused.IsFinal);

        _open.Set();
        await Task.WhenAll(waiting);
        Assert.True(await first);
        Assert.True(await Put(committer, 9));
        committer.Stop();
    }

    [Fact]
    public async Task A_queue_full_of_bytes_refuses()
    {
        _options = _options with { MaxWaitingBytes = 1_000 };
        var committer = Start();
        _open.Reset();
        var first = Put(committer, 99).AsTask();
        await BegunAsync(1);
        var waiting = Put(committer, 1, bytes: 600).AsTask();
        await Assert.ThrowsAsync<StoreRefusesException>(async () => await Put(committer, 2, bytes: 401));
        var small = Put(committer, 3, bytes: 400).AsTask();

        _open.Set();
        Assert.All(await Task.WhenAll(first, waiting, small), Assert.True);
        Assert.True(await Put(committer, 2, bytes: 401));
        committer.Stop();
    }

    [Fact]
    public async Task A_batch_has_so_many_writes_and_the_others_wait_for_the_next()
    {
        _options = _options with { MaxBatchWrites = 3 };
        Assert.Equal([1, 3, 3, 1], await BatchesOfAsync(Enumerable.Repeat(10, 7)));
    }

    [Fact]
    public async Task A_batch_has_so_many_bytes_and_the_others_wait_for_the_next()
    {
        _options = _options with { MaxBatchBytes = 100 };
        Assert.Equal([1, 2, 1, 2], await BatchesOfAsync([60, 40, 500, 50, 50]));
    }

    /// <summary>How many writes went into each batch when all of them waited during the first.</summary>
    private async Task<IEnumerable<int>> BatchesOfAsync(IEnumerable<int> sizes)
    {
        var committer = Start();
        _open.Reset();
        var writes = new List<Task<bool>> { Put(committer, 99).AsTask() };
        await BegunAsync(1);
        writes.AddRange(sizes.Select((bytes, i) => Put(committer, (UInt128)i, bytes).AsTask()).ToList());
        _open.Set();
        await Task.WhenAll(writes);
        committer.Stop();
        return _batches;
    }

    private static ValueTask<bool> Put(Committer committer, UInt128 owner, int bytes = 256)
    {
        var write = new FunctionWrite<bool>(batch =>
        {
            batch.Put("key"u8, "value"u8);
            return true;
        })
        {
            Owner = owner,
            Bytes = bytes,
        };
        committer.Enqueue(write);
        return write.Outcome;
    }

    private Committer Start() => new(_options, Write, () => { }, () => default, _fatal.Add, NullLogger.Instance);

    private void Write(WriteBatch batch)
    {
        _begun++;
        _open.Wait();
        if (_fault is not null)
        {
            throw _fault;
        }

        _batches.Add(batch.Count());
    }

    private async Task BegunAsync(int writes)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(30));
        while (_begun < writes)
        {
            Assert.False(deadline.IsCancellationRequested, $"The committer did not begin write {writes}.");
            await Task.Yield();
        }
    }
}
