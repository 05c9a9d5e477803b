using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;

namespace Connect.Storage.Rows;

/// <summary>
/// Up to 64 members of a conversation in one row, before it is sealed, so that a batch of marks of many members costs
/// few rows. Members are kept in the order they came, and never leave their block.
/// </summary>
internal static class MemberBlock
{
    /// <summary>Members in a block.</summary>
    public const int Capacity = 64;

    /// <summary>Version 1 had no invitations.</summary>
    private const byte Version = 2;
    private const byte VersionWithoutInvitations = 1;
    private const int HeaderLength = 1 + sizeof(int);
    private const int MemberLength = OpaqueId.ByteLength + 1 + 4 * sizeof(long) + sizeof(int);
    private const int RangeLength = 2 * sizeof(long);
    private const int InvitationLength = OpaqueId.ByteLength + sizeof(long);
    private const byte NotInvited = 0;
    private const byte Invited = 1;
    private const byte InvitedHidden = 2;

    // The flags share the byte of the invitation, and so does the sign that ranges which ended follow: a member without
    // either is written as before they existed.
    private const int FlagsShift = 4;
    private const byte FlagsMask = 0x07;
    private const byte InvitationMask = 0x0F;
    private const byte HasEnded = 0x80;
    private const int EndedLength = 3 * sizeof(long);

    /// <summary>How many blocks hold this many members.</summary>
    public static int CountFor(int members) => (members + Capacity - 1) / Capacity;

    /// <summary>Bytes of one member.</summary>
    public static int SizeOf(Member member) =>
        MemberLength
        + RangeLength * member.Visible.Length
        + 1
        + (member.Invitation is null ? 0 : InvitationLength)
        + (member.Marks.Ended.IsEmpty ? 0 : 1 + EndedLength * member.Marks.Ended.All.Length);

    public static byte[] Write(List<Member> members)
    {
        var length = HeaderLength;
        foreach (var member in members)
        {
            length += SizeOf(member);
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

            WriteInvitation(ref writer, member);
            WriteEnded(ref writer, member.Marks.Ended);
        }

        return row;
    }

    /// <summary>Adds the members of a block to a list.</summary>
    public static void Read(ReadOnlySpan<byte> row, List<Member> members)
    {
        var reader = Open(row, out var version);
        for (var left = reader.Int32(); left > 0; left--)
        {
            members.Add(ReadMember(ref reader, version, new(reader.Id())));
        }
    }

    /// <summary>One member of a block; null when the user is not in it.</summary>
    public static Member? Find(ReadOnlySpan<byte> row, UserId user)
    {
        var reader = Open(row, out var version);
        for (var left = reader.Int32(); left > 0; left--)
        {
            var id = new UserId(reader.Id());
            if (id == user)
            {
                return ReadMember(ref reader, version, id);
            }

            reader.Raw(MemberLength - OpaqueId.ByteLength - sizeof(int));
            reader.Raw(reader.Int32() * RangeLength);
            var kinds = version == VersionWithoutInvitations ? NotInvited : reader.Byte();
            reader.Raw((kinds & InvitationMask) == NotInvited ? 0 : InvitationLength);
            reader.Raw((kinds & HasEnded) == 0 ? 0 : reader.Byte() * EndedLength);
        }

        return null;
    }

    private static RowReader Open(ReadOnlySpan<byte> row, out byte version)
    {
        version = row is [VersionWithoutInvitations, ..] ? VersionWithoutInvitations : Version;
        return new(row, version);
    }

    private static void WriteInvitation(ref RowWriter writer, Member member)
    {
        var flags = (byte)(((int)member.Flags << FlagsShift) | (member.Marks.Ended.IsEmpty ? 0 : HasEnded));
        if (member.Invitation is not { } invitation)
        {
            writer.Byte((byte)(NotInvited | flags));
            return;
        }

        writer.Byte((byte)((invitation.IsHidden ? InvitedHidden : Invited) | flags));
        writer.Id(invitation.By.Value);
        writer.Int64(invitation.Time);
    }

    private static Invitation? ReadInvitation(ref RowReader reader, byte kinds) =>
        (kinds & InvitationMask) switch
        {
            NotInvited => null,
            var kind => new(new(reader.Id()), reader.Int64(), kind == InvitedHidden),
        };

    private static Member ReadMember(ref RowReader reader, byte version, UserId user)
    {
        var role = (MemberRole)reader.Byte();
        var marks = new MemberMarks(reader.Int64(), reader.Int64(), reader.Int64(), reader.Int64());
        var ranges = new SeqRange[reader.Int32()];
        for (var i = 0; i < ranges.Length; i++)
        {
            ranges[i] = new(reader.Int64(), reader.Int64());
        }

        var kinds = version == VersionWithoutInvitations ? NotInvited : reader.Byte();
        var invitation = ReadInvitation(ref reader, kinds);
        if ((kinds & HasEnded) != 0)
        {
            marks = marks with { Ended = ReadEnded(ref reader) };
        }

        return new(user, role, [.. ranges], marks, invitation, (MemberFlags)((kinds >> FlagsShift) & FlagsMask));
    }

    private static void WriteEnded(ref RowWriter writer, EndedRanges ended)
    {
        if (ended.IsEmpty)
        {
            return;
        }

        writer.Byte((byte)ended.All.Length);
        foreach (var range in ended.All)
        {
            writer.Int64(range.From);
            writer.Int64(range.To);
            writer.Int64(range.Others);
        }
    }

    private static EndedRanges ReadEnded(ref RowReader reader)
    {
        var ranges = new EndedRange[reader.Byte()];
        for (var i = 0; i < ranges.Length; i++)
        {
            ranges[i] = new(reader.Int64(), reader.Int64(), reader.Int64());
        }

        return new([.. ranges]);
    }
}
