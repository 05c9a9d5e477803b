using Connect.Storage;
using Connect.Storage.RocksDb;
using Connect.Storage.Rows;
using Connect.Tests.Storage.Conformance;
using RocksDbSharp;
using Xunit;

namespace Connect.Tests.Storage.RocksDb.Backups;

/// <summary><c>verify</c> finds each kind of damage that a store can have, and nothing in a sound one.</summary>
public sealed class VerifyTests : IDisposable
{
    private readonly FilledStore _filled = new();

    public void Dispose() => _filled.Dispose();

    [Fact]
    public async Task A_sound_store_has_no_problem()
    {
        await FillAsync((_, _) => { });

        var report = _filled.Verify(_filled.Folder.Options);

        Assert.True(report.IsSound, string.Join('\n', report.Problems));
        Assert.Equal((2, 52, 0), (report.Conversations, report.Entries, report.LooseIndexRows));
    }

    [Theory]
    [InlineData("entry removed", "entries 5 to 5 are missing")]
    [InlineData("last entry removed", "its last entry 50")]
    [InlineData("entry changed", "entry 5")]
    [InlineData("entries swapped", "entry 5")]
    [InlineData("head lowered", "its head is 50, its last entry 51")]
    [InlineData("messages miscounted", "another time or count")]
    [InlineData("members miscounted", "its head counts")]
    [InlineData("idempotency row removed", "its idempotency row is missing")]
    [InlineData("idempotency row of nothing", "is not the message that it names")]
    [InlineData("head removed", "which has no head")]
    [InlineData("index row removed", "is a member without an index row")]
    [InlineData("username removed", "its username does not lead to it")]
    [InlineData("username of another", "has another name")]
    [InlineData("key removed", "its key is missing")]
    [InlineData("device changed", "a device of")]
    public async Task Damage_is_found(string damage, string problem)
    {
        await FillAsync((store, batch) => Damage(store.Database, batch, damage));

        var report = _filled.Verify(_filled.Folder.Options);

        Assert.False(report.IsSound);
        Assert.Contains(report.Problems, found => found.Contains(problem, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_index_row_without_membership_is_counted_and_no_damage()
    {
        using (var store = _filled.Folder.Open())
        {
            await _filled.FillAsync(store);
            await store.Index.PutAsync([
                new(_filled.Anna, Connect.Contracts.Identifiers.ConversationId.NewRandom(), Talk.NewCid(), 3),
            ]);
        }

        var report = _filled.Verify(_filled.Folder.Options);

        Assert.True(report.IsSound, string.Join('\n', report.Problems));
        Assert.Equal(1, report.LooseIndexRows);
    }

    [Fact]
    public async Task A_store_in_use_is_not_verified()
    {
        using var store = _filled.Folder.Open();
        await _filled.FillAsync(store);

        var refused = Assert.Throws<StoreOpenException>(() => _filled.Verify(_filled.Folder.Options));

        Assert.Contains("in use by another process", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_store_without_its_witness_opens_only_after_all_of_it_was_read(bool removed)
    {
        await FillAsync((_, _) => { });
        var witness = Path.Combine(_filled.Folder.Data, "witness");
        if (removed)
        {
            File.Delete(witness);
        }
        else
        {
            await File.WriteAllBytesAsync(witness, new byte[8_192], TestContext.Current.CancellationToken);
        }

        var refused = Assert.Throws<StoreOpenException>(_filled.Folder.Open);
        Assert.Contains("verify --renew-witness", refused.Message, StringComparison.Ordinal);
        Assert.Throws<StoreOpenException>(() => _filled.Verify(_filled.Folder.Options));

        Assert.True(_filled.Verify(_filled.Folder.Options, renewWatermark: true).IsSound);
        _filled.Folder.Open().Dispose();
    }

    [Fact]
    public async Task A_damaged_store_gets_no_new_witness()
    {
        await FillAsync((store, batch) => Damage(store.Database, batch, "entry removed"));
        File.Delete(Path.Combine(_filled.Folder.Data, "witness"));

        Assert.False(_filled.Verify(_filled.Folder.Options, renewWatermark: true).IsSound);
        Assert.Throws<StoreOpenException>(_filled.Folder.Open);
    }

    [Fact]
    public async Task A_witness_that_knows_more_is_not_made_anew()
    {
        await FillAsync((_, _) => { });
        using var old = _filled.Folder.CopyAsAfterACrash();
        using (var store = _filled.Folder.Open())
        {
            await Talk.Between(store.Conversations, _filled.Anna, _filled.Ben).CreateAsync();
        }

        File.Copy(Path.Combine(_filled.Folder.Data, "witness"), Path.Combine(old.Data, "witness"), overwrite: true);

        var refused = Assert.Throws<StoreOpenException>(() => _filled.Verify(old.Options, renewWatermark: true));
        Assert.StartsWith("Data was lost", refused.Message, StringComparison.Ordinal);
    }

    private async Task FillAsync(Action<RocksDbStore, WriteBatch> damage)
    {
        using var store = _filled.Folder.Open();
        await _filled.FillAsync(store);
        using var batch = new WriteBatch();
        damage(store, batch);
        store.Database.Write(batch);
    }

    private void Damage(Database database, WriteBatch batch, string damage)
    {
        var id = _filled.Talk.Id;
        var owner = Key(RowKeys.OwnerLength, key => RowKeys.Owner(key, id.Value));
        var anna = Key(RowKeys.OwnerLength, key => RowKeys.Owner(key, _filled.Anna.Value));
        var head = HeadRow.Read(database.Get(database.Heads, owner)!);
        switch (damage)
        {
            case "entry removed":
                batch.Delete(Entry(5), database.Entries);
                break;
            case "last entry removed":
                batch.Delete(Entry(51), database.Entries);
                break;
            case "entry changed":
                var row = database.Get(database.Entries, Entry(5))!;
                row[^20] ^= 1;
                batch.Put(Entry(5), row, database.Entries);
                break;
            case "entries swapped":
                batch.Put(Entry(5), database.Get(database.Entries, Entry(6))!, database.Entries);
                batch.Put(Entry(6), database.Get(database.Entries, Entry(5))!, database.Entries);
                break;
            case "head lowered":
                PutHead(head with { NextSeq = head.NextSeq - 1 });
                break;
            case "messages miscounted":
                PutHead(head with { Messages = head.Messages + 1 });
                break;
            case "members miscounted":
                PutHead(head with { PresentMembers = head.PresentMembers - 1 });
                break;
            case "idempotency row removed":
                batch.Delete(First(database.Dedupe).Key, database.Dedupe);
                break;
            case "idempotency row of nothing":
                var (key, value) = First(database.Dedupe);
                (DedupeRow.Read(value) with { Fingerprint = 1 }).Write(value);
                batch.Put(key, value, database.Dedupe);
                break;
            case "head removed":
                batch.Delete(owner, database.Heads);
                break;
            case "index row removed":
                var pair = Key(RowKeys.PairLength, key => RowKeys.Pair(key, _filled.Anna.Value, id.Value));
                batch.Delete(pair, database.Index);
                break;
            case "username removed":
                batch.Delete(First(database.Usernames).Key, database.Usernames);
                break;
            case "username of another":
                var name = First(database.Usernames);
                var other = UsernameRow.Read(name.Value) == _filled.Anna ? _filled.Ben : _filled.Anna;
                UsernameRow.Write(name.Value, other);
                batch.Put(name.Key, name.Value, database.Usernames);
                break;
            case "key removed":
                batch.Delete([.. owner, (byte)Connect.Storage.Encryption.RowTable.ConversationKey], database.DataKeys);
                break;
            case "device changed":
                var device = First(database.Devices);
                device.Value[^1] ^= 1;
                batch.Put(device.Key, device.Value, database.Devices);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(damage), damage, null);
        }

        (byte[] Key, byte[] Value) First(ColumnFamilyHandle table)
        {
            using var iterator = database.Iterate(table);
            iterator.SeekToFirst();
            Assert.True(iterator.Valid(), "There is nothing to damage.");
            return (iterator.Key(), iterator.Value());
        }

        byte[] Entry(long seq) => Key(RowKeys.EntryLength, key => RowKeys.Entry(key, id, seq));

        void PutHead(Connect.Storage.Rules.ConversationHead changed)
        {
            batch.Put(owner, HeadRow.Write(changed), database.Heads);
        }
    }

    private static byte[] Key(int length, Filler fill)
    {
        var key = new byte[length];
        fill(key);
        return key;
    }

    private delegate void Filler(Span<byte> key);
}
