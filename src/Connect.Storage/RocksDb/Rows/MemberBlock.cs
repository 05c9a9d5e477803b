using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;

namespace Connect.Storage.RocksDb.Rows;

/// <summary>
/// Up to 64 members of a conversation in one row, before it is sealed: a batch of marks of many members then costs few
/// rows (D6). Members stand in the order in which they came and never leave their block.
/// </summary>
internal static class MemberBlock
{
    /// <summary>Members in a block.</summary>
    public const int Capacity = 64;

    private const byte Version = 1;
    private const int HeaderLength = 1 + sizeof(int);
    private const int MemberLength = OpaqueId.ByteLength + 1 + 4 * sizeof(long) + sizeof(int);
    private const int RangeLength = 2 * sizeof(long);

    /// <summary>How many blocks hold that many members.</summary>
    public static int CountFor(int members) => (members + Capacity - 1) / Capacity;

    public static byte[] Write(List<Member> members)
    {
        var length = HeaderLength;
        foreach (var member in members)
        {
            length += MemberLength + RangeLength * member.Visible.Length;
        }

        var row = new byte[length];
        var writer = new RowWriter(row);
        writer.Byte(Version);
        writer.Int32(members.Count);
        foreach (var member in members)
        {
            writer.Id(member.User.Value);
            writer.Byte((byte)member.Role);
            writer.Int64(member.Marks.Delivered);
            writer.Int64(member.Marks.Read);
            writer.Int64(member.Marks.ReadMessages);
            writer.Int64(member.Marks.OwnAbove);
            writer.Int32(member.Visible.Length);
            foreach (var range in member.Visible)
            {
                writer.Int64(range.From);
                writer.Int64(range.To);
            }
        }

        return row;
    }

    /// <summary>Adds the members of a block to a list.</summary>
    public static void Read(ReadOnlySpan<byte> row, List<Member> members)
    {
        var reader = new RowReader(row, Version);
        for (var left = reader.Int32(); left > 0; left--)
        {
            members.Add(ReadMember(ref reader, new(reader.Id())));
        }
    }

    /// <summary>One member of a block; null when they are not in it.</summary>
    public static Member? Find(ReadOnlySpan<byte> row, UserId user)
    {
        var reader = new RowReader(row, Version);
        for (var left = reader.Int32(); left > 0; left--)
        {
            var id = new UserId(reader.Id());
            if (id == user)
            {
                return ReadMember(ref reader, id);
            }

            reader.Raw(MemberLength - OpaqueId.ByteLength - sizeof(int));
            reader.Raw(reader.Int32() * RangeLength);
        }

        return null;
    }

    private static Member ReadMember(ref RowReader reader, UserId user)
    {
        var role = (MemberRole)reader.Byte();
        var marks = new MemberMarks(reader.Int64(), reader.Int64(), reader.Int64(), reader.Int64());
        var ranges = new SeqRange[reader.Int32()];
        for (var i = 0; i < ranges.Length; i++)
        {
            ranges[i] = new(reader.Int64(), reader.Int64());
        }

        return new(user, role, [.. ranges], marks);
    }
}
