using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;

namespace Connect.Storage.RocksDb.Rows;

/// <summary>An account's row before it is sealed; the user id is its key.</summary>
internal static class AccountRow
{
    // Each has what the one before lacks at its end; an account that needs none of it is still written as that one.
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
