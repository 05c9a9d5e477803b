using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;

namespace Connect.Storage.RocksDb.Rows;

/// <summary>A device's row before it is sealed; user and device id are its key.</summary>
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
