using System.Collections.Immutable;
using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;
using Connect.Storage.Rules;
using RocksDbSharp;

namespace Connect.Storage.RocksDb;

/// <summary>Accounts and devices of the embedded store, sealed under the user's key.</summary>
internal sealed class RocksDbUsers(AccountTables tables, Committer committer) : IUserStore, IDeletionStore
{
    private readonly Database _database = tables.Database;

    /// <inheritdoc/>
    public ValueTask<bool> CreateAsync(Account account)
    {
        var username = tables.HashOf(account.NormalizedUsername);

        // Two names decide, so they are the owners; the id is random, so nobody else writes under it.
        return account.External is { } external
            ? Write(username, tables.HashOf(external), batch => Create(batch, account, username), usesReserve: false)
            : Write(account.User.Value, username, batch => Create(batch, account, username), usesReserve: false);
    }

    /// <inheritdoc/>
    public ValueTask<Account?> FindByUsernameAsync(string normalizedUsername, CancellationToken cancellationToken)
    {
        using var scope = _database.Enter();
        return new(tables.FindOwner(tables.HashOf(normalizedUsername)) is { } user ? tables.Find(user) : null);
    }

    /// <inheritdoc/>
    public ValueTask<Account?> GetAsync(UserId user, CancellationToken cancellationToken)
    {
        using var scope = _database.Enter();
        return new(tables.Find(user));
    }

    /// <inheritdoc/>
    public ValueTask<bool> UpdateAsync(Account account)
    {
        var username = tables.HashOf(account.NormalizedUsername);
        return Write(account.User.Value, username, batch => Update(batch, account, username));
    }

    /// <inheritdoc/>
    public ValueTask<bool> UpdateAndEndLoginsAsync(Account account, DeviceId kept)
    {
        var username = tables.HashOf(account.NormalizedUsername);
        return Write(
            account.User.Value,
            username,
            batch =>
            {
                if (!Update(batch, account, username))
                {
                    return false;
                }

                foreach (var device in tables.ListDevices(account.User, CancellationToken.None))
                {
                    if (AccountRules.EndLogin(device, kept) is { } ended)
                    {
                        tables.PutDevice(batch, ended);
                    }
                }

                return true;
            }
        );
    }

    /// <inheritdoc/>
    public ValueTask<ExternalOwner?> FindExternalAsync(ExternalIdentity identity, CancellationToken cancellationToken)
    {
        using var scope = _database.Enter();
        return new(tables.FindExternal(tables.HashOf(identity)));
    }

    /// <inheritdoc/>
    public ValueTask<Device?> GetDeviceAsync(UserId user, DeviceId device, CancellationToken cancellationToken)
    {
        using var scope = _database.Enter();
        return new(tables.FindDevice(user, device));
    }

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<Device>> ListDevicesAsync(UserId user, CancellationToken cancellationToken)
    {
        using var scope = _database.Enter();
        return new([.. tables.ListDevices(user, cancellationToken)]);
    }

    /// <inheritdoc/>
    public ValueTask<bool> PutDeviceAsync(Device device) =>
        Write(
            device.User.Value,
            null,
            batch =>
            {
                var stored = tables.FindDevice(device.User, device.Id);
                if (!AccountRules.MayPut(stored, device, _database.FindGone(device.User)))
                {
                    return false;
                }

                tables.PutDevice(batch, device);
                return true;
            }
        );

    /// <inheritdoc/>
    public async ValueTask DeleteDeviceAsync(UserId user, DeviceId device) =>
        await WriteAsync(user, batch => tables.DeleteDevice(batch, user, device));

    /// <inheritdoc/>
    public ValueTask<bool> BeginAsync(Account account)
    {
        var username = tables.HashOf(account.NormalizedUsername);
        return Write(
            account.User.Value,
            username,
            batch =>
            {
                if (!Update(batch, account, username))
                {
                    return false;
                }

                _database.PutGone(batch, account.User, DeletionState.Begun);
                return true;
            }
        );
    }

    /// <inheritdoc/>
    public ValueTask<DeletionState> ReadStateAsync(UserId user, CancellationToken cancellationToken)
    {
        using var scope = _database.Enter();
        return new(_database.FindGone(user));
    }

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<UserId>> ListBegunAsync(CancellationToken cancellationToken)
    {
        using var scope = _database.Enter();
        return new([.. _database.ListGoing(cancellationToken)]);
    }

    /// <inheritdoc/>
    public async ValueTask DeleteAccountAsync(UserId user) =>
        await WriteAsync(
            user,
            batch =>
            {
                if (tables.Find(user) is not { } account || !AccountRules.MayDelete(account))
                {
                    return;
                }

                tables.DeleteUsername(batch, tables.HashOf(account.NormalizedUsername));
                if (account.External is { } external)
                {
                    tables.PutExternal(batch, tables.HashOf(external), AccountRules.Ended(account));
                }

                tables.DeleteAccount(batch, user);
            }
        );

    /// <inheritdoc/>
    public ValueTask<bool> HasKeyAsync(UserId user, CancellationToken cancellationToken)
    {
        using var scope = _database.Enter();
        return new(tables.Keys.HasUserKey(user.Value));
    }

    /// <inheritdoc/>
    public async ValueTask DestroyKeyAsync(UserId user)
    {
        await WriteAsync(user, batch => tables.Keys.DestroyUserKey(batch, user.Value));

        // Again after the write: a reader may have cached the key in the meantime.
        tables.Keys.ForgetUserKey(user.Value);
    }

    /// <inheritdoc/>
    public async ValueTask FinishAsync(UserId user) =>
        await WriteAsync(user, batch => _database.PutGone(batch, user, DeletionState.Done));

    /// <summary>
    /// All but new accounts may use the reserve: logins, refreshes, logouts and deletions, of which a user has as many
    /// rows as devices.
    /// </summary>
    private ValueTask<bool> Write(
        UInt128 owner,
        UInt128? other,
        Func<WriteBatch, bool> evaluate,
        bool usesReserve = true
    )
    {
        var write = new FunctionWrite<bool>(evaluate)
        {
            Owner = owner,
            OtherOwner = other,
            UsesReserve = usesReserve,
        };
        committer.Enqueue(write);
        return write.Outcome;
    }

    private ValueTask<bool> WriteAsync(UserId user, Action<WriteBatch> add) =>
        Write(
            user.Value,
            null,
            batch =>
            {
                add(batch);
                return true;
            }
        );

    private bool Create(WriteBatch batch, Account account, UInt128 username)
    {
        var identity = account.External is { } external ? tables.HashOf(external) : default(UInt128?);
        var owner = identity is { } known ? tables.FindExternal(known) : null;
        if (!AccountRules.MayCreate(tables.FindOwner(username), tables.Find(account.User), owner))
        {
            return false;
        }

        if (identity is { } taken)
        {
            tables.PutExternal(batch, taken, new(account.User, 0));
        }

        tables.PutUsername(batch, username, account.User);
        tables.PutAccount(batch, account);
        return true;
    }

    private bool Update(WriteBatch batch, Account account, UInt128 username)
    {
        if (tables.Find(account.User) is not { } stored || !AccountRules.IsNext(stored, account))
        {
            return false;
        }

        if (AccountRules.Renames(stored, account))
        {
            if (tables.FindOwner(username) is not null)
            {
                return false;
            }

            tables.DeleteUsername(batch, tables.HashOf(stored.NormalizedUsername));
            tables.PutUsername(batch, username, account.User);
        }

        tables.PutAccount(batch, account);
        return true;
    }
}
