using System.Net;
using Connect.Cluster.Tests.Processes;
using Connect.Contracts.Identifiers;
using Connect.Storage.RocksDb;
using Connect.Storage.Rows;
using RocksDbSharp;
using Xunit;

namespace Connect.Cluster.Tests.StoreFaults;

/// <summary>
/// Somebody with access to the files swaps whole rows while the server is down: each still opens with nobody's key but
/// in its own place, so a reader gets an error and never what belongs elsewhere.
/// </summary>
[Collection(SeededStoreCases.Name)]
public sealed class SwappedRowTests(SeededStore seed)
{
    private ConversationId Direct => Parse(seed.Direct);

    private ConversationId Group => Parse(seed.Group);

    [Fact]
    public Task Two_messages_of_a_conversation() => EntriesAsync(EntryKey(Direct, 3), EntryKey(Direct, 4));

    [Fact]
    public Task Messages_of_two_conversations() => EntriesAsync(EntryKey(Direct, 3), EntryKey(Group, 3));

    [Fact]
    public async Task Two_accounts()
    {
        await using var store = StoreCase.Of(seed);
        byte[] alice = AccountKey(seed.Alice),
            bob = AccountKey(seed.Bob);
        Swap(store, database => database.Accounts, alice, bob);

        await store.StartAsync();
        var (status, answer) = await store.LoginAsync(seed.Alice.Username, TestUser.Password);
        Assert.True(status == HttpStatusCode.InternalServerError, $"{status} {answer}");
        await DamagedAsync(store, "account");
        Swap(store, database => database.Accounts, alice, bob);
        await store.ServesAllAsync();
    }

    private async Task EntriesAsync(byte[] one, byte[] other)
    {
        await using var store = StoreCase.Of(seed);
        Swap(store, database => database.Entries, one, other);

        await store.StartAsync();
        var (status, problem) = await store.ReadAsync(seed.Direct);
        Assert.True(status == HttpStatusCode.InternalServerError, $"{status} {problem}");
        Assert.Equal((int)Protocol.ErrorCode.Internal, problem.GetProperty("code").GetInt32());
        await DamagedAsync(store, seed.Direct);
        Swap(store, database => database.Entries, one, other);
        await store.ServesAllAsync();
    }

    /// <summary>The offline check names it.</summary>
    private static async Task DamagedAsync(StoreCase store, string named)
    {
        await store.KillAsync();
        var (code, said) = await store.RunAsync("verify");
        TestContext.Current.TestOutputHelper!.WriteLine(said);
        Assert.True(code == 1, $"{code} {said}");
        Assert.Contains("DAMAGED", said, StringComparison.Ordinal);
        Assert.Contains(named, said, StringComparison.OrdinalIgnoreCase);
    }

    private static void Swap(StoreCase store, Func<Database, ColumnFamilyHandle> table, byte[] one, byte[] other)
    {
        var options = new RocksDbStoreOptions { DataFolder = store.DataFolder };
        using var database = Database.Open(store.Database, options);
        byte[] first = database.Get(table(database), one)!,
            second = database.Get(table(database), other)!;
        Assert.NotEqual(first, second);
        using var batch = new WriteBatch();
        batch.Put(one, second, table(database));
        batch.Put(other, first, table(database));
        database.Write(batch);
    }

    private static byte[] EntryKey(ConversationId conversation, long seq)
    {
        var key = new byte[RowKeys.EntryLength];
        RowKeys.Entry(key, conversation, seq);
        return key;
    }

    private static byte[] AccountKey(TestUser user)
    {
        Assert.True(UserId.TryParse(user.Id, out var id));
        var key = new byte[RowKeys.OwnerLength];
        RowKeys.Owner(key, id.Value);
        return key;
    }

    private static ConversationId Parse(string text) =>
        ConversationId.TryParse(text, out var id) ? id : throw new FormatException(text);
}
