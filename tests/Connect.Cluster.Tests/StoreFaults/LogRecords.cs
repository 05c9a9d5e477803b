using System.Buffers.Binary;

namespace Connect.Cluster.Tests.StoreFaults;

/// <summary>Finds the records of RocksDB's write-ahead log: blocks of 32 KiB, a header before each record.</summary>
internal static class LogRecords
{
    private const int BlockLength = 32_768;

    /// <summary>checksum (4), length (2), type (1).</summary>
    public const int HeaderLength = 7;

    /// <summary>Where the length of a record is, from its start.</summary>
    public const int LengthPlace = 4;

    /// <summary>Where each record begins, and how long it is with its header.</summary>
    public static List<(int Start, int Length)> Find(byte[] log)
    {
        var records = new List<(int, int)>();
        for (var at = 0; at + HeaderLength <= log.Length; )
        {
            var left = BlockLength - (at % BlockLength);
            var length = BinaryPrimitives.ReadUInt16LittleEndian(log.AsSpan(at + LengthPlace));
            if (left < HeaderLength)
            {
                at += left;
                continue;
            }

            if (length == 0 && log[at + LengthPlace + 2] == 0)
            {
                break;
            }

            records.Add((at, HeaderLength + length));
            at += HeaderLength + length;
        }

        return records;
    }
}
