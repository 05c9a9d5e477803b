using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;

namespace Connect.Storage.RocksDb.Rows;

/// <summary>An account's row before it is sealed; the user id is its key.</summary>
internal static class AccountRow
{
    private const byte Version = 1;

    public static byte[] Write(Account account)
    {
        var length =
            2
            + 2 * sizeof(long)
            + RowWriter.SizeOf(account.Username)
            + RowWriter.SizeOf(account.NormalizedUsername)
            + RowWriter.SizeOf(account.PasswordHash);
        var row = new byte[length];
        var writer = new RowWriter(row);
        writer.Byte(Version);
        writer.Int64(account.Version);
        writer.Int64(account.CreatedAt);
        writer.Byte(account.Disabled ? (byte)1 : (byte)0);
        writer.Text(account.Username);
        writer.Text(account.NormalizedUsername);
        writer.Text(account.PasswordHash);
        return row;
    }

    public static Account Read(UserId user, ReadOnlySpan<byte> row)
    {
        var reader = new RowReader(row, Version);
        var version = reader.Int64();
        var createdAt = reader.Int64();
        var disabled = reader.Byte() != 0;
        return new(user, reader.Text()!, reader.Text()!, reader.Text(), createdAt, disabled, version);
    }
}
