using System.Collections.Immutable;
using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;
using Connect.Storage.Rules;

namespace Connect.Storage.InMemory;

/// <summary>Accounts and devices in memory.</summary>
/// <param name="conversations">Learns who is being deleted: it refuses their index rows.</param>
public sealed class InMemoryUserStore(InMemoryStore? conversations = null) : IUserStore, IDeletionStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<UserId, Account> _accounts = [];
    private readonly Dictionary<string, UserId> _usernames = new(StringComparer.Ordinal);
    private readonly SortedDictionary<(UserId, DeviceId), Device> _devices = [];
    private readonly Dictionary<ExternalIdentity, ExternalOwner> _externals = [];
    private readonly Dictionary<UserId, DeletionState> _gone = [];
    private readonly HashSet<UserId> _keyless = [];

    /// <inheritdoc/>
    public ValueTask<bool> CreateAsync(Account account)
    {
        lock (_lock)
        {
            var owner = account.External is { } external ? FindExternal(external) : null;
            var username = FindOwner(account.NormalizedUsername);
            if (!AccountRules.MayCreate(username, _accounts.GetValueOrDefault(account.User), owner))
            {
                return new(false);
            }

            _usernames.Add(account.NormalizedUsername, account.User);
            _accounts.Add(account.User, account);
            if (account.External is { } taken)
            {
                _externals[taken] = new(account.User, 0);
            }

            return new(true);
        }
    }

    /// <inheritdoc/>
    public ValueTask<Account?> FindByUsernameAsync(string normalizedUsername, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return new(FindOwner(normalizedUsername) is { } user ? _accounts[user] : null);
        }
    }

    /// <inheritdoc/>
    public ValueTask<Account?> GetAsync(UserId user, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return new(_accounts.GetValueOrDefault(user));
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> UpdateAsync(Account account)
    {
        lock (_lock)
        {
            return new(Update(account));
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> UpdateAndEndLoginsAsync(Account account, DeviceId kept)
    {
        lock (_lock)
        {
            if (!Update(account))
            {
                return new(false);
            }

            foreach (var device in _devices.Values.Where(d => d.User == account.User).ToList())
            {
                if (AccountRules.EndLogin(device, kept) is { } ended)
                {
                    _devices[(device.User, device.Id)] = ended;
                }
            }

            return new(true);
        }
    }

    /// <inheritdoc/>
    public ValueTask<ExternalOwner?> FindExternalAsync(ExternalIdentity identity, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return new(FindExternal(identity));
        }
    }

    /// <inheritdoc/>
    public ValueTask<Device?> GetDeviceAsync(UserId user, DeviceId device, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return new(_devices.GetValueOrDefault((user, device)));
        }
    }

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<Device>> ListDevicesAsync(UserId user, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return new([.. _devices.Values.Where(d => d.User == user)]);
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> PutDeviceAsync(Device device)
    {
        lock (_lock)
        {
            var stored = _devices.GetValueOrDefault((device.User, device.Id));
            if (!AccountRules.MayPut(stored, device, _gone.GetValueOrDefault(device.User)))
            {
                return new(false);
            }

            _devices[(device.User, device.Id)] = device;
            return new(true);
        }
    }

    /// <inheritdoc/>
    public ValueTask DeleteDeviceAsync(UserId user, DeviceId device)
    {
        lock (_lock)
        {
            _devices.Remove((user, device));
            return ValueTask.CompletedTask;
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> BeginAsync(Account account)
    {
        lock (_lock)
        {
            if (!Update(account))
            {
                return new(false);
            }

            _gone[account.User] = DeletionState.Begun;
            conversations?.RefuseIndexOf(account.User);
            return new(true);
        }
    }

    /// <inheritdoc/>
    public ValueTask<DeletionState> ReadStateAsync(UserId user, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return new(_gone.GetValueOrDefault(user));
        }
    }

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<UserId>> ListBegunAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return new([.. _gone.Where(pair => pair.Value == DeletionState.Begun).Select(pair => pair.Key).Order()]);
        }
    }

    /// <inheritdoc/>
    public ValueTask DeleteAccountAsync(UserId user)
    {
        lock (_lock)
        {
            if (_accounts.TryGetValue(user, out var account) && AccountRules.MayDelete(account))
            {
                _usernames.Remove(account.NormalizedUsername);
                _accounts.Remove(user);
                if (account.External is { } external)
                {
                    _externals[external] = AccountRules.Ended(account);
                }
            }

            return ValueTask.CompletedTask;
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> HasKeyAsync(UserId user, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return new(!_keyless.Contains(user));
        }
    }

    /// <inheritdoc/>
    public ValueTask DestroyKeyAsync(UserId user)
    {
        lock (_lock)
        {
            _keyless.Add(user);
            return ValueTask.CompletedTask;
        }
    }

    /// <inheritdoc/>
    public ValueTask FinishAsync(UserId user)
    {
        lock (_lock)
        {
            _gone[user] = DeletionState.Done;
            return ValueTask.CompletedTask;
        }
    }

    private UserId? FindOwner(string normalizedUsername) =>
        _usernames.TryGetValue(normalizedUsername, out var user) ? user : null;

    private ExternalOwner? FindExternal(ExternalIdentity identity) =>
        _externals.TryGetValue(identity, out var owner) ? owner : null;

    private bool Update(Account account)
    {
        if (!_accounts.TryGetValue(account.User, out var stored) || !AccountRules.IsNext(stored, account))
        {
            return false;
        }

        if (AccountRules.Renames(stored, account))
        {
            if (!_usernames.TryAdd(account.NormalizedUsername, account.User))
            {
                return false;
            }

            _usernames.Remove(stored.NormalizedUsername);
        }

        _accounts[account.User] = account;
        return true;
    }
}
