using System.Collections.Immutable;
using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;
using Connect.Storage.Encryption;
using Connect.Storage.RocksDb.Rows;
using RocksDbSharp;

namespace Connect.Storage.RocksDb;

/// <summary>Accounts and devices of the embedded store, sealed under the user's key.</summary>
internal sealed class RocksDbUsers(Database database, StoreKeys keys, Committer committer) : IUserStore
{
    /// <inheritdoc/>
    public ValueTask<bool> CreateAsync(Account account)
    {
        var username = keys.File.BlindIndex.Hash(account.NormalizedUsername);
        return Write(account.User, username, batch => Create(batch, account, username));
    }

    /// <inheritdoc/>
    public ValueTask<Account?> FindByUsernameAsync(string normalizedUsername, CancellationToken cancellationToken)
    {
        using var scope = database.Enter();
        return new(FindOwner(keys.File.BlindIndex.Hash(normalizedUsername)) is { } user ? Find(user) : null);
    }

    /// <inheritdoc/>
    public ValueTask<Account?> GetAsync(UserId user, CancellationToken cancellationToken)
    {
        using var scope = database.Enter();
        return new(Find(user));
    }

    /// <inheritdoc/>
    public ValueTask<bool> UpdateAsync(Account account)
    {
        var username = keys.File.BlindIndex.Hash(account.NormalizedUsername);
        return Write(account.User, username, batch => Update(batch, account, username));
    }

    /// <inheritdoc/>
    public ValueTask<Device?> GetDeviceAsync(UserId user, DeviceId device, CancellationToken cancellationToken)
    {
        using var scope = database.Enter();
        return new(FindDevice(user, device));
    }

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<Device>> ListDevicesAsync(UserId user, CancellationToken cancellationToken)
    {
        using var scope = database.Enter();
        if (keys.Find(RowTable.UserKey, user.Value) is not { } key)
        {
            return new([]);
        }

        var devices = ImmutableArray.CreateBuilder<Device>();
        foreach (var (rowKey, value) in database.ReadOwner(database.Devices, user.Value))
        {
            cancellationToken.ThrowIfCancellationRequested();
            devices.Add(OpenDevice(key, user, rowKey, value));
        }

        return new(devices.DrainToImmutable());
    }

    /// <inheritdoc/>
    public ValueTask<bool> PutDeviceAsync(Device device) =>
        Write(
            device.User,
            null,
            batch =>
            {
                var stored = FindDevice(device.User, device.Id)?.Version ?? 0;
                if (stored != device.Version - 1)
                {
                    return false;
                }

                PutDevice(batch, device);
                return true;
            }
        );

    /// <inheritdoc/>
    public async ValueTask DeleteDeviceAsync(UserId user, DeviceId device)
    {
        _ = await Write(
            user,
            null,
            batch =>
            {
                Span<byte> key = stackalloc byte[RowKeys.PairLength];
                RowKeys.Pair(key, user.Value, device.Value);
                batch.Delete(key, database.Devices);
                return true;
            }
        );
    }

    private static Device OpenDevice(DataKey key, UserId user, ReadOnlySpan<byte> rowKey, ReadOnlySpan<byte> value)
    {
        var row = RowKeys.Row(rowKey);
        var opened = key.Cipher.Open(RowTable.Device, user.Value, row, value);
        return DeviceRow.Read(user, new(RowKeys.ReadId(row)), opened);
    }

    private ValueTask<bool> Write(UserId user, UInt128? username, Func<WriteBatch, bool> evaluate)
    {
        var write = new FunctionWrite<bool>(evaluate) { Owner = user.Value, OtherOwner = username };
        committer.Enqueue(write);
        return write.Outcome;
    }

    private bool Create(WriteBatch batch, Account account, UInt128 username)
    {
        if (FindOwner(username) is not null || Find(account.User) is not null)
        {
            return false;
        }

        PutUsername(batch, username, account.User);
        PutAccount(batch, account);
        return true;
    }

    private bool Update(WriteBatch batch, Account account, UInt128 username)
    {
        if (Find(account.User) is not { } stored || stored.Version != account.Version - 1)
        {
            return false;
        }

        if (stored.NormalizedUsername != account.NormalizedUsername)
        {
            if (FindOwner(username) is not null)
            {
                return false;
            }

            Span<byte> old = stackalloc byte[RowKeys.OwnerLength];
            RowKeys.Owner(old, keys.File.BlindIndex.Hash(stored.NormalizedUsername));
            batch.Delete(old, database.Usernames);
            PutUsername(batch, username, account.User);
        }

        PutAccount(batch, account);
        return true;
    }

    private UserId? FindOwner(UInt128 username)
    {
        Span<byte> key = stackalloc byte[RowKeys.OwnerLength];
        RowKeys.Owner(key, username);
        Span<byte> row = stackalloc byte[UsernameRow.Length];
        return database.TryGet(database.Usernames, key, row) ? UsernameRow.Read(row) : null;
    }

    private Account? Find(UserId user)
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

        return AccountRow.Read(user, dataKey.Cipher.Open(RowTable.Account, user.Value, [], row));
    }

    private Device? FindDevice(UserId user, DeviceId device)
    {
        Span<byte> key = stackalloc byte[RowKeys.PairLength];
        RowKeys.Pair(key, user.Value, device.Value);
        return database.Get(database.Devices, key) is { } row && keys.Find(RowTable.UserKey, user.Value) is { } dataKey
            ? OpenDevice(dataKey, user, key, row)
            : null;
    }

    private void PutUsername(WriteBatch batch, UInt128 username, UserId user)
    {
        Span<byte> key = stackalloc byte[RowKeys.OwnerLength];
        RowKeys.Owner(key, username);
        Span<byte> row = stackalloc byte[UsernameRow.Length];
        UsernameRow.Write(row, user);
        batch.Put(key, row, database.Usernames);
    }

    private void PutAccount(WriteBatch batch, Account account)
    {
        Span<byte> key = stackalloc byte[RowKeys.OwnerLength];
        RowKeys.Owner(key, account.User.Value);
        var row = AccountRow.Write(account);
        var dataKey = keys.FindOrAddUserKey(batch, account.User.Value);
        batch.Put(key, dataKey.Cipher.Seal(RowTable.Account, account.User.Value, [], row), database.Accounts);
    }

    private void PutDevice(WriteBatch batch, Device device)
    {
        Span<byte> key = stackalloc byte[RowKeys.PairLength];
        RowKeys.Pair(key, device.User.Value, device.Id.Value);
        var row = DeviceRow.Write(device);
        var dataKey = keys.FindOrAddUserKey(batch, device.User.Value);
        batch.Put(
            key,
            dataKey.Cipher.Seal(RowTable.Device, device.User.Value, RowKeys.Row(key), row),
            database.Devices
        );
    }
}
