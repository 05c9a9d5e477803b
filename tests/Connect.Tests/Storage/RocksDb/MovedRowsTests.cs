using System.Security.Cryptography;
using Connect.Contracts.Identifiers;
using Connect.Storage.RocksDb;
using Connect.Storage.Rows;
using Connect.Tests.Storage.Conformance;
using RocksDbSharp;
using Xunit;

namespace Connect.Tests.Storage.RocksDb;

/// <summary>Rows moved or changed by someone with access to the files do not open.</summary>
public sealed class MovedRowsTests : IDisposable
{
    private readonly StoreFolder _folder = new();
    private readonly UserId _anna = UserId.NewRandom();
    private readonly UserId _ben = UserId.NewRandom();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_entry_moved_to_another_seq_does_not_open()
    {
        using var store = _folder.Open();
        var talk = await Talk.Between(store.Conversations, _anna, _ben).CreateAsync();
        await talk.AppendAsync(_anna, "pay Ben", "pay Carla");
        Copy(store, EntryKey(talk.Id, 2), EntryKey(talk.Id, 3));

        await AssertDoesNotOpenAsync(store, talk);
    }

    [Fact]
    public async Task An_entry_moved_to_another_conversation_does_not_open()
    {
        using var store = _folder.Open();
        var talk = await Talk.Between(store.Conversations, _anna, _ben).CreateAsync();
        var other = await Talk.Between(store.Conversations, _anna, _ben).CreateAsync();
        Copy(store, EntryKey(other.Id, 1), EntryKey(talk.Id, 1));

        await AssertDoesNotOpenAsync(store, talk);
    }

    [Fact]
    public async Task A_missing_entry_is_damage_and_not_a_gap()
    {
        using var store = _folder.Open();
        var talk = await Talk.Between(store.Conversations, _anna, _ben).CreateAsync();
        await talk.AppendAsync(_anna, "2", "3");
        using var batch = new WriteBatch();
        batch.Delete(EntryKey(talk.Id, 2), store.Database.Entries);
        store.Database.Write(batch);

        await Assert.ThrowsAsync<InvalidDataException>(async () =>
            await store.Reader.ReadAfterAsync(_ben, talk.Id, new(0, 0, 10, 1_000), Cancel)
        );
        await Assert.ThrowsAsync<InvalidDataException>(async () =>
            await store.Reader.ReadHistoryAsync(_ben, talk.Id, new(0, 0, 0, 10, 1_000), Cancel)
        );
    }

    private static byte[] EntryKey(ConversationId conversation, long seq)
    {
        var key = new byte[RowKeys.EntryLength];
        RowKeys.Entry(key, conversation, seq);
        return key;
    }

    private static void Copy(RocksDbStore store, byte[] from, byte[] to)
    {
        using var batch = new WriteBatch();
        batch.Put(to, store.Database.Get(store.Database.Entries, from)!, store.Database.Entries);
        store.Database.Write(batch);
    }

    private async Task AssertDoesNotOpenAsync(RocksDbStore store, Talk talk) =>
        await Assert.ThrowsAnyAsync<CryptographicException>(async () =>
            await store.Reader.ReadAfterAsync(_ben, talk.Id, new(0, 0, 10, 1_000), Cancel)
        );
}
