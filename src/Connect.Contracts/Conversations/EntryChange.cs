using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Conversations;

/// <summary>
/// What an entry changed: the body of every kind that is a change (<see cref="EntryKinds.IsChange"/>).
/// </summary>
/// <param name="User">The member concerned; none for a title and for a creation.</param>
/// <param name="Role">The new role, of <see cref="EntryKind.Role"/>.</param>
/// <param name="Title">The new title, of <see cref="EntryKind.Title"/> and <see cref="EntryKind.Created"/>.</param>
/// <param name="Users">The first members, the creator first, of <see cref="EntryKind.Created"/>.</param>
public sealed record EntryChange(UserId User, MemberRole Role, string? Title, ImmutableArray<UserId> Users)
{
    private const byte Version = 1;
    private const int HeaderLength = 2 + OpaqueId.ByteLength + (2 * sizeof(int));
    private const int NoTitle = -1;

    public static EntryChange OfUser(UserId user, MemberRole role = MemberRole.None) => new(user, role, null, []);

    /// <summary>The body as it is stored (version, role, user, title, users; big-endian). Frozen by a test.</summary>
    public byte[] Encode()
    {
        var title = Title is null ? [] : Encoding.UTF8.GetBytes(Title);
        var body = new byte[HeaderLength + title.Length + (Users.Length * OpaqueId.ByteLength)];
        var rest = body.AsSpan();
        (rest[0], rest[1]) = (Version, (byte)Role);
        BinaryPrimitives.WriteUInt128BigEndian(rest[2..], User.Value);
        rest = rest[(2 + OpaqueId.ByteLength)..];
        BinaryPrimitives.WriteInt32BigEndian(rest, Title is null ? NoTitle : title.Length);
        title.CopyTo(rest[sizeof(int)..]);
        rest = rest[(sizeof(int) + title.Length)..];
        BinaryPrimitives.WriteInt32BigEndian(rest, Users.Length);
        rest = rest[sizeof(int)..];
        foreach (var user in Users)
        {
            BinaryPrimitives.WriteUInt128BigEndian(rest, user.Value);
            rest = rest[OpaqueId.ByteLength..];
        }

        return body;
    }

    /// <exception cref="InvalidDataException">A version this program does not know.</exception>
    public static EntryChange Decode(ReadOnlySpan<byte> body)
    {
        if (body.Length < HeaderLength || body[0] != Version)
        {
            throw new InvalidDataException("A change has a version that this program does not know.");
        }

        var role = (MemberRole)body[1];
        var user = new UserId(BinaryPrimitives.ReadUInt128BigEndian(body[2..]));
        var rest = body[(2 + OpaqueId.ByteLength)..];
        var length = BinaryPrimitives.ReadInt32BigEndian(rest);
        rest = rest[sizeof(int)..];
        var title = length == NoTitle ? null : Encoding.UTF8.GetString(rest[..length]);
        rest = rest[Math.Max(0, length)..];
        var users = new UserId[BinaryPrimitives.ReadInt32BigEndian(rest)];
        for (var i = 0; i < users.Length; i++)
        {
            users[i] = new(BinaryPrimitives.ReadUInt128BigEndian(rest[(sizeof(int) + (i * OpaqueId.ByteLength))..]));
        }

        return new(user, role, title, [.. users]);
    }
}
