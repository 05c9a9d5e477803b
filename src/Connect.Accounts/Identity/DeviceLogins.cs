using System.Collections.Immutable;
using System.Text;
using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;
using Microsoft.Extensions.Options;

namespace Connect.Accounts.Identity;

/// <summary>Creates devices and begins and ends their logins, by compare-and-set on the version.</summary>
public sealed class DeviceLogins(
    IUserStore users,
    LoginRevocationPublisher revocations,
    IOptions<IdentityOptions> options,
    TimeProvider time
)
{
    /// <summary>How often a change is attempted when concurrent changes get in first.</summary>
    public const int Attempts = 5;

    /// <summary>UTF-8 bytes of a device's name; longer names are truncated.</summary>
    private const int NameBytes = 128;

    private const string DefaultName = "unnamed device";

    /// <summary>
    /// Begins a chain of refresh tokens on <paramref name="known"/>, or on a new device if the user has no such device.
    /// A device has one login: the chain before it ends, with its access tokens and sessions.
    /// </summary>
    /// <returns>The first token; null when concurrent changes won every attempt.</returns>
    internal async Task<RefreshToken?> BeginAsync(
        UserId user,
        DeviceId known,
        string? name,
        CancellationToken cancellationToken
    )
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var now = time.GetUtcNow();
            var stored = known.IsNone ? null : await users.GetDeviceAsync(user, known, cancellationToken);
            if (stored is null)
            {
                await MakeRoomAsync(user, cancellationToken);
            }

            var id = stored?.Id ?? DeviceId.NewRandom();
            var (chain, token) = RefreshRotation.Begin(user, id, now);
            var device = stored is null
                ? new Device(user, id, Cut(name) ?? DefaultName, now.ToUnixTimeMilliseconds(), chain, 1)
                : stored with
                {
                    Name = Cut(name) ?? stored.Name,
                    Refresh = chain,
                    Version = stored.Version + 1,
                };
            if (await users.PutDeviceAsync(device))
            {
                if (stored is not null)
                {
                    // Before the answer goes out: what is remembered of the device judges by the chain before.
                    await revocations.PublishAsync(LoginRevocation.OfDevice(user, id));
                }

                return token;
            }
        }

        return null;
    }

    /// <summary>Registers a device that has no login of ours; false when that is impossible.</summary>
    public async ValueTask<bool> KnowAsync(UserId user, DeviceId id, string? name, CancellationToken cancellationToken)
    {
        if (await users.GetDeviceAsync(user, id, cancellationToken) is not null)
        {
            return true;
        }

        await MakeRoomAsync(user, cancellationToken);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();

        // The store refuses when two register it at once, or when the user is gone.
        return await users.PutDeviceAsync(new(user, id, Cut(name) ?? DefaultName, now, null, 1))
            || await users.GetDeviceAsync(user, id, cancellationToken) is not null;
    }

    /// <summary>Ends a device's chain, if any; false when concurrent changes won every attempt.</summary>
    public async Task<bool> EndAsync(UserId user, DeviceId id, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var device = await users.GetDeviceAsync(user, id, cancellationToken);
            if (
                device?.Refresh is null
                || await users.PutDeviceAsync(device with { Refresh = null, Version = device.Version + 1 })
            )
            {
                return true;
            }
        }

        return false;
    }

    private async Task MakeRoomAsync(UserId user, CancellationToken cancellationToken)
    {
        var devices = await users.ListDevicesAsync(user, cancellationToken);
        foreach (var device in Superfluous(devices, options.Value.DevicesPerUser - 1))
        {
            await users.DeleteDeviceAsync(user, device.Id);
            await revocations.PublishAsync(LoginRevocation.OfDevice(user, device.Id));
        }
    }

    /// <summary>Devices beyond <paramref name="room"/>: logged-out ones first, then the least recently used.</summary>
    private static IEnumerable<Device> Superfluous(ImmutableArray<Device> devices, int room) =>
        devices
            .OrderByDescending(device => device.Refresh?.RotatedAt ?? long.MinValue)
            .ThenByDescending(device => device.CreatedAt)
            .Skip(room);

    private static string? Cut(string? name)
    {
        if (string.IsNullOrWhiteSpace(name))
        {
            return null;
        }

        var cut = new StringBuilder();
        var bytes = 0;
        foreach (var rune in name.Trim().EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > NameBytes)
            {
                break;
            }

            cut.Append(Rune.IsControl(rune) ? " " : rune.ToString());
        }

        return cut.ToString();
    }
}
