using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;
using Connect.Storage.Encryption;
using Connect.Storage.RocksDb.Rows;
using RocksDbSharp;

namespace Connect.Storage.RocksDb.Checks;

/// <summary>
/// Reads every row of users: accounts, devices and index rows open, and each username leads to its account and back.
/// </summary>
internal sealed class UserCheck(Database database, ConversationTables tables, StoreKeys keys, Findings findings)
{
    public long Accounts { get; private set; }

    public long Devices { get; private set; }

    public long IndexRows { get; private set; }

    public long LooseIndexRows { get; private set; }

    public void Run()
    {
        Each(
            database.Accounts,
            (key, value) =>
            {
                Accounts++;
                var user = new UserId(RowKeys.ReadId(key));
                findings.Run($"account {user}", () => CheckAccount(user, value));
            }
        );
        Each(
            database.Usernames,
            (key, value) => findings.Run("a username", () => CheckUsername(key, UsernameRow.Read(value)))
        );
        Each(
            database.Devices,
            (key, value) =>
            {
                Devices++;
                var user = new UserId(RowKeys.ReadId(key));
                findings.Run(
                    $"a device of {user}",
                    () => DeviceRow.Read(user, default, Open(RowTable.Device, user, RowKeys.Row(key), value))
                );
            }
        );
        Each(
            database.Index,
            (key, value) =>
            {
                IndexRows++;
                var user = new UserId(RowKeys.ReadId(key));
                findings.Run($"an index row of {user}", () => CheckIndexRow(user, key, value));
            }
        );
    }

    private Account OpenAccount(UserId user, byte[] row) =>
        AccountRow.Read(user, Open(RowTable.Account, user, [], row));

    private void CheckAccount(UserId user, byte[] row)
    {
        var account = OpenAccount(user, row);
        Span<byte> key = stackalloc byte[RowKeys.OwnerLength];
        RowKeys.Owner(key, keys.File.BlindIndex.Hash(account.NormalizedUsername));
        var owner = database.Get(database.Usernames, key) is { } found ? UsernameRow.Read(found) : default;
        if (owner != user)
        {
            throw new InvalidDataException("its username does not lead to it");
        }
    }

    private void CheckUsername(byte[] hash, UserId user)
    {
        Span<byte> key = stackalloc byte[RowKeys.OwnerLength];
        RowKeys.Owner(key, user.Value);
        var row = database.Get(database.Accounts, key) ?? throw new InvalidDataException($"there is no account {user}");
        var account = OpenAccount(user, row);
        if (keys.File.BlindIndex.Hash(account.NormalizedUsername) != RowKeys.ReadId(hash))
        {
            throw new InvalidDataException($"account {user} has another name");
        }
    }

    private void CheckIndexRow(UserId user, byte[] key, byte[] value)
    {
        var conversation = new ConversationId(RowKeys.ReadId(RowKeys.Row(key)));
        Open(RowTable.Index, user, RowKeys.Row(key), value);
        if (
            tables.FindHead(conversation) is not { } head
            || tables.FindMember(conversation, user, head.MemberRows) is not { IsPresent: true }
        )
        {
            LooseIndexRows++;
        }
    }

    private byte[] Open(RowTable table, UserId user, ReadOnlySpan<byte> row, byte[] value)
    {
        var key = keys.Find(RowTable.UserKey, user.Value) ?? throw new InvalidDataException("the user has no key");
        return key.Cipher.Open(table, user.Value, row, value);
    }

    private void Each(ColumnFamilyHandle table, Action<byte[], byte[]> check)
    {
        using var iterator = database.Iterate(table);
        for (iterator.SeekToFirst(); iterator.Valid(); iterator.Next())
        {
            check(iterator.Key(), iterator.Value());
        }

        Database.ThrowIfFailed(iterator);
    }
}
