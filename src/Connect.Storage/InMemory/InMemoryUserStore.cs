using System.Collections.Immutable;
using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;

namespace Connect.Storage.InMemory;

/// <summary>Accounts and devices in memory, for tests.</summary>
public sealed class InMemoryUserStore : IUserStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<UserId, Account> _accounts = [];
    private readonly Dictionary<string, UserId> _usernames = new(StringComparer.Ordinal);
    private readonly SortedDictionary<(UserId, DeviceId), Device> _devices = [];

    /// <inheritdoc/>
    public ValueTask<bool> CreateAsync(Account account)
    {
        lock (_lock)
        {
            var created =
                !_accounts.ContainsKey(account.User)
                && _usernames.TryAdd(account.NormalizedUsername, account.User)
                && _accounts.TryAdd(account.User, account);
            return new(created);
        }
    }

    /// <inheritdoc/>
    public ValueTask<Account?> FindByUsernameAsync(string normalizedUsername, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return new(_usernames.TryGetValue(normalizedUsername, out var user) ? _accounts[user] : null);
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
            if (!_accounts.TryGetValue(account.User, out var stored) || stored.Version != account.Version - 1)
            {
                return new(false);
            }

            if (stored.NormalizedUsername != account.NormalizedUsername)
            {
                if (!_usernames.TryAdd(account.NormalizedUsername, account.User))
                {
                    return new(false);
                }

                _usernames.Remove(stored.NormalizedUsername);
            }

            _accounts[account.User] = account;
            return new(true);
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
            var stored = _devices.GetValueOrDefault((device.User, device.Id))?.Version ?? 0;
            if (stored != device.Version - 1)
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
}
