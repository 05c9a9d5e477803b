using Connect.Contracts.Identifiers;

namespace Connect.Storage.RocksDb.Rows;

/// <summary>Whose a username is; the keyed hash of the username is its key.</summary>
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
