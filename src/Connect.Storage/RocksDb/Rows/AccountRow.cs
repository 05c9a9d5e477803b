using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;

namespace Connect.Storage.RocksDb.Rows;

/// <summary>An account's row before it is sealed; the user id is its key.</summary>
internal static class AccountRow
{
    // The second has what the first lacks at its end; an account that needs none of it is still written as the first.
    private const byte Plain = 1;
    private const byte Extended = 2;

    public static byte[] Write(Account account)
    {
        var length =
            2
            + 2 * sizeof(long)
            + RowWriter.SizeOf(account.Username)
            + RowWriter.SizeOf(account.NormalizedUsername)
            + RowWriter.SizeOf(account.PasswordHash);
        var version = NeedsMore(account) ? Extended : Plain;
        if (version == Extended)
        {
            length +=
                2 * sizeof(long)
                + RowWriter.SizeOf(account.External?.Issuer)
                + RowWriter.SizeOf(account.External?.Subject);
        }

        var row = new byte[length];
        var writer = new RowWriter(row);
        writer.Byte(version);
        writer.Int64(account.Version);
        writer.Int64(account.CreatedAt);
        writer.Byte(account.Disabled ? (byte)1 : (byte)0);
        writer.Text(account.Username);
        writer.Text(account.NormalizedUsername);
        writer.Text(account.PasswordHash);
        if (version == Extended)
        {
            writer.Int64(account.TokensFrom);
            writer.Int64(account.DeletingSince);
            writer.Text(account.External?.Issuer);
            writer.Text(account.External?.Subject);
        }

        return row;
    }

    public static Account Read(UserId user, ReadOnlySpan<byte> row)
    {
        var isExtended = !row.IsEmpty && row[0] == Extended;
        var reader = new RowReader(row, isExtended ? Extended : Plain);
        var version = reader.Int64();
        var createdAt = reader.Int64();
        var disabled = reader.Byte() != 0;
        var account = new Account(user, reader.Text()!, reader.Text()!, reader.Text(), createdAt, disabled, version);
        return isExtended ? ReadMore(account, ref reader) : account;
    }

    private static bool NeedsMore(Account account) =>
        account is not { TokensFrom: 0, DeletingSince: 0, External: null };

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
