using Connect.Contracts.Accounts;

namespace Connect.Storage.RocksDb.Rows;

/// <summary>That a user is deleted or being deleted; the user id is its key. It stays for ever.</summary>
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
