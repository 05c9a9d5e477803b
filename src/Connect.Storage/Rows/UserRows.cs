using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;

namespace Connect.Storage.Rows;

/// <summary>The row of an account before it is sealed; the user id is its key.</summary>
internal static class AccountRow
{
    // Each version appends fields to the one before. An account without them is still written in the older version.
    private const byte Plain = 1;
    private const byte Extended = 2;
    private const byte WithPrivacy = 3;
    private const byte HidesPresence = 1;
    private const byte HidesReads = 2;

    public static byte[] Write(Account account)
    {
        var length =
            2
            + 2 * sizeof(long)
            + RowWriter.SizeOf(account.Username)
            + RowWriter.SizeOf(account.NormalizedUsername)
            + RowWriter.SizeOf(account.PasswordHash);
        var version = VersionFor(account);
        if (version >= Extended)
        {
            length +=
                2 * sizeof(long)
                + RowWriter.SizeOf(account.External?.Issuer)
                + RowWriter.SizeOf(account.External?.Subject);
        }

        length += version >= WithPrivacy ? 1 : 0;
        var row = new byte[length];
        var writer = new RowWriter(row);
        writer.Byte(version);
        writer.Int64(account.Version);
        writer.Int64(account.CreatedAt);
        writer.Byte(account.Disabled ? (byte)1 : (byte)0);
        writer.Text(account.Username);
        writer.Text(account.NormalizedUsername);
        writer.Text(account.PasswordHash);
        if (version >= Extended)
        {
            writer.Int64(account.TokensFrom);
            writer.Int64(account.DeletingSince);
            writer.Text(account.External?.Issuer);
            writer.Text(account.External?.Subject);
        }

        if (version >= WithPrivacy)
        {
            writer.Byte(Flags(account.Privacy));
        }

        return row;
    }

    public static Account Read(UserId user, ReadOnlySpan<byte> row)
    {
        var kind = row is [Extended or WithPrivacy, ..] ? row[0] : Plain;
        var reader = new RowReader(row, kind);
        var version = reader.Int64();
        var createdAt = reader.Int64();
        var disabled = reader.Byte() != 0;
        var account = new Account(user, reader.Text()!, reader.Text()!, reader.Text(), createdAt, disabled, version);
        account = kind >= Extended ? ReadMore(account, ref reader) : account;
        return kind >= WithPrivacy ? account with { Privacy = ReadPrivacy(reader.Byte()) } : account;
    }

    private static byte VersionFor(Account account) =>
        account switch
        {
            { Privacy: not { HidesPresence: false, HidesReads: false } } => WithPrivacy,
            { TokensFrom: 0, DeletingSince: 0, External: null } => Plain,
            _ => Extended,
        };

    private static byte Flags(Privacy privacy) =>
        (byte)((privacy.HidesPresence ? HidesPresence : 0) | (privacy.HidesReads ? HidesReads : 0));

    private static Privacy ReadPrivacy(byte flags) => new((flags & HidesPresence) != 0, (flags & HidesReads) != 0);

    private static Account ReadMore(Account account, ref RowReader reader)
    {
        var (tokensFrom, deletingSince) = (reader.Int64(), reader.Int64());
        var (issuer, subject) = (reader.Text(), reader.Text());
        return account with
        {
            TokensFrom = tokensFrom,
            DeletingSince = deletingSince,
            External = issuer is null ? null : new(issuer, subject!),
        };
    }
}

/// <summary>The row of a device before it is sealed; user and device id are its key.</summary>
internal static class DeviceRow
{
    private const byte Version = 1;

    public static byte[] Write(Device device)
    {
        var length = 2 + 2 * sizeof(long) + RowWriter.SizeOf(device.Name);
        if (device.Refresh is { } refresh)
        {
            length +=
                RowWriter.SizeOf(refresh.Chain.Length)
                + RowWriter.SizeOf(refresh.CurrentHash.Length)
                + RowWriter.SizeOf(refresh.PreviousHash.Length)
                + 2 * sizeof(long);
        }

        var row = new byte[length];
        var writer = new RowWriter(row);
        writer.Byte(Version);
        writer.Int64(device.Version);
        writer.Int64(device.CreatedAt);
        writer.Text(device.Name);
        writer.Byte(device.Refresh is null ? (byte)0 : (byte)1);
        if (device.Refresh is { } chain)
        {
            writer.Bytes(chain.Chain.Span);
            writer.Bytes(chain.CurrentHash.Span);
            writer.Bytes(chain.PreviousHash.Span);
            writer.Int64(chain.RotatedAt);
            writer.Int64(chain.ExpiresAt);
        }

        return row;
    }

    public static Device Read(UserId user, DeviceId id, ReadOnlySpan<byte> row)
    {
        var reader = new RowReader(row, Version);
        var version = reader.Int64();
        var createdAt = reader.Int64();
        var name = reader.Text()!;
        var refresh =
            reader.Byte() == 0
                ? null
                : new RefreshChain(reader.Bytes(), reader.Bytes(), reader.Bytes(), reader.Int64(), reader.Int64());
        return new(user, id, name, createdAt, refresh, version);
    }
}

/// <summary>The owner of a username, whose keyed hash is the key.</summary>
internal static class UsernameRow
{
    public const int Length = 1 + OpaqueId.ByteLength;

    private const byte Version = 1;

    public static void Write(Span<byte> row, UserId user)
    {
        var writer = new RowWriter(row);
        writer.Byte(Version);
        writer.Id(user.Value);
    }

    public static UserId Read(ReadOnlySpan<byte> row) => new(new RowReader(row, Version).Id());
}

/// <summary>The owner of an outside identity; the keyed hash of issuer and subject is the key.</summary>
internal static class ExternalRow
{
    public const int Length = 1 + OpaqueId.ByteLength + sizeof(long);

    private const byte Version = 1;

    public static void Write(Span<byte> row, ExternalOwner owner)
    {
        var writer = new RowWriter(row);
        writer.Byte(Version);
        writer.Id(owner.User.Value);
        writer.Int64(owner.EndedAt);
    }

    public static ExternalOwner Read(ReadOnlySpan<byte> row)
    {
        var reader = new RowReader(row, Version);
        return new(new(reader.Id()), reader.Int64());
    }
}

/// <summary>The mark that a user is deleted or being deleted; the user id is its key. It is never removed.</summary>
internal static class GoneRow
{
    public const int Length = 2;

    private const byte Version = 1;

    public static void Write(Span<byte> row, DeletionState state)
    {
        var writer = new RowWriter(row);
        writer.Byte(Version);
        writer.Byte((byte)state);
    }

    public static DeletionState Read(ReadOnlySpan<byte> row) => (DeletionState)new RowReader(row, Version).Byte();
}
