using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;
using Connect.Storage.Encryption;
using Connect.Storage.Rows;
using RocksDbSharp;

namespace Connect.Storage.RocksDb;

/// <summary>
/// The rows of accounts and devices, sealed and opened, one call each. The caller holds the database open.
/// </summary>
internal sealed class AccountTables(Database database, StoreKeys keys)
{
    public Database Database => database;

    public StoreKeys Keys => keys;

    public UInt128 HashOf(string normalizedUsername) => keys.File.BlindIndex.Hash(normalizedUsername);

    public UInt128 HashOf(ExternalIdentity identity) => keys.File.BlindIndex.Hash(identity);

    public UserId? FindOwner(UInt128 username)
    {
        Span<byte> key = stackalloc byte[RowKeys.OwnerLength];
        RowKeys.Owner(key, username);
        Span<byte> row = stackalloc byte[UsernameRow.Length];
        return database.TryGet(database.Usernames, key, row) ? UsernameRow.Read(row) : null;
    }

    public ExternalOwner? FindExternal(UInt128 identity)
    {
        Span<byte> key = stackalloc byte[RowKeys.OwnerLength];
        RowKeys.Owner(key, identity);
        Span<byte> row = stackalloc byte[ExternalRow.Length];
        return database.TryGet(database.Externals, key, row) ? ExternalRow.Read(row) : null;
    }

    public Account? Find(UserId user)
    {
        Span<byte> key = stackalloc byte[RowKeys.OwnerLength];
        RowKeys.Owner(key, user.Value);
        if (
            database.Get(database.Accounts, key) is not { } row
            || keys.Find(RowTable.UserKey, user.Value) is not { } dataKey
        )
        {
            return null;
        }

        return SealedRows.OpenAccount(dataKey, user, row);
    }

    public Device? FindDevice(UserId user, DeviceId device)
    {
        Span<byte> key = stackalloc byte[RowKeys.PairLength];
        RowKeys.Pair(key, user.Value, device.Value);
        return database.Get(database.Devices, key) is { } row && keys.Find(RowTable.UserKey, user.Value) is { } dataKey
            ? SealedRows.OpenDevice(dataKey, user, device, row)
            : null;
    }

    public List<Device> ListDevices(UserId user, CancellationToken cancellationToken)
    {
        var devices = new List<Device>();
        if (keys.Find(RowTable.UserKey, user.Value) is not { } key)
        {
            return devices;
        }

        foreach (var (rowKey, value) in database.ReadOwner(database.Devices, user.Value))
        {
            cancellationToken.ThrowIfCancellationRequested();
            devices.Add(SealedRows.OpenDevice(key, user, new(RowKeys.ReadId(RowKeys.Row(rowKey))), value));
        }

        return devices;
    }

    public void PutUsername(WriteBatch batch, UInt128 username, UserId user)
    {
        Span<byte> key = stackalloc byte[RowKeys.OwnerLength];
        RowKeys.Owner(key, username);
        Span<byte> row = stackalloc byte[UsernameRow.Length];
        UsernameRow.Write(row, user);
        batch.Put(key, row, database.Usernames);
    }

    public void DeleteUsername(WriteBatch batch, UInt128 username)
    {
        Span<byte> key = stackalloc byte[RowKeys.OwnerLength];
        RowKeys.Owner(key, username);
        batch.Delete(key, database.Usernames);
    }

    public void PutExternal(WriteBatch batch, UInt128 identity, ExternalOwner owner)
    {
        Span<byte> key = stackalloc byte[RowKeys.OwnerLength];
        RowKeys.Owner(key, identity);
        Span<byte> row = stackalloc byte[ExternalRow.Length];
        ExternalRow.Write(row, owner);
        batch.Put(key, row, database.Externals);
    }

    public void PutAccount(WriteBatch batch, Account account)
    {
        Span<byte> key = stackalloc byte[RowKeys.OwnerLength];
        RowKeys.Owner(key, account.User.Value);
        var dataKey = keys.FindOrAddUserKey(batch, account.User.Value);
        batch.Put(key, SealedRows.SealAccount(dataKey, account), database.Accounts);
    }

    public void DeleteAccount(WriteBatch batch, UserId user)
    {
        Span<byte> key = stackalloc byte[RowKeys.OwnerLength];
        RowKeys.Owner(key, user.Value);
        batch.Delete(key, database.Accounts);
    }

    public void PutDevice(WriteBatch batch, Device device)
    {
        Span<byte> key = stackalloc byte[RowKeys.PairLength];
        RowKeys.Pair(key, device.User.Value, device.Id.Value);
        var dataKey = keys.FindOrAddUserKey(batch, device.User.Value);
        batch.Put(key, SealedRows.SealDevice(dataKey, device), database.Devices);
    }

    public void DeleteDevice(WriteBatch batch, UserId user, DeviceId device)
    {
        Span<byte> key = stackalloc byte[RowKeys.PairLength];
        RowKeys.Pair(key, user.Value, device.Value);
        batch.Delete(key, database.Devices);
    }
}

/// <summary>The marks of users who are deleted or being deleted.</summary>
internal static class GoneUsers
{
    public static DeletionState FindGone(this Database database, UserId user)
    {
        Span<byte> key = stackalloc byte[RowKeys.OwnerLength];
        RowKeys.Owner(key, user.Value);
        Span<byte> row = stackalloc byte[GoneRow.Length];
        return database.TryGet(database.Gone, key, row) ? GoneRow.Read(row) : DeletionState.None;
    }

    public static void PutGone(this Database database, WriteBatch batch, UserId user, DeletionState state)
    {
        Span<byte> key = stackalloc byte[RowKeys.OwnerLength];
        RowKeys.Owner(key, user.Value);
        Span<byte> row = stackalloc byte[GoneRow.Length];
        GoneRow.Write(row, state);
        batch.Put(key, row, database.Gone);
    }

    /// <summary>
    /// All users whose deletion is not complete. Scans the whole table, which has one short row per user.
    /// </summary>
    public static List<UserId> ListGoing(this Database database, CancellationToken cancellationToken)
    {
        var going = new List<UserId>();
        using var iterator = database.Iterate(database.Gone);
        for (iterator.SeekToFirst(); iterator.Valid(); iterator.Next())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (GoneRow.Read(iterator.GetValueSpan()) == DeletionState.Begun)
            {
                going.Add(new(RowKeys.ReadId(iterator.GetKeySpan())));
            }
        }

        Database.ThrowIfFailed(iterator);
        return going;
    }
}
