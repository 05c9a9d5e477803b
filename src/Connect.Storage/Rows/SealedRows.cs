using System.Buffers;
using Connect.Contracts.Accounts;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Storage.Encryption;
using Connect.Storage.Rules;

namespace Connect.Storage.Rows;

/// <summary>
/// Rows as a store keeps them: encoded and sealed under the key of their owner. The seal binds a row to its table,
/// owner and id, whichever store it is in, so a row that was moved does not open.
/// </summary>
internal static class SealedRows
{
    public static byte[] SealCreation(DataKey key, ConversationId conversation, ConversationCreation creation) =>
        key.Cipher.Seal(RowTable.Conversation, conversation.Value, [], ConversationRow.Write(creation));

    public static ConversationCreation OpenCreation(DataKey key, ConversationId conversation, ReadOnlySpan<byte> row) =>
        ConversationRow.Read(key.Cipher.Open(RowTable.Conversation, conversation.Value, [], row));

    public static byte[] SealMembers(DataKey key, ConversationId conversation, int block, List<Member> members)
    {
        Span<byte> id = stackalloc byte[RowKeys.MemberLength];
        RowKeys.Member(id, conversation, block);
        return key.Cipher.Seal(RowTable.Members, conversation.Value, RowKeys.Row(id), MemberBlock.Write(members));
    }

    /// <summary>The plaintext of a block, for <see cref="MemberBlock"/>.</summary>
    public static byte[] OpenMembers(DataKey key, ConversationId conversation, int block, ReadOnlySpan<byte> row)
    {
        Span<byte> id = stackalloc byte[RowKeys.MemberLength];
        RowKeys.Member(id, conversation, block);
        return key.Cipher.Open(RowTable.Members, conversation.Value, RowKeys.Row(id), row);
    }

    public static byte[] SealEntry(DataKey key, ConversationId conversation, Entry entry)
    {
        Span<byte> id = stackalloc byte[RowKeys.EntryLength];
        RowKeys.Entry(id, conversation, entry.Seq);
        var length = EntryRow.LengthOf(entry);
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        var row = buffer.AsSpan(0, length);
        EntryRow.Write(row, entry);
        var sealedEntry = key.Cipher.Seal(RowTable.Entry, conversation.Value, RowKeys.Row(id), row);
        row.Clear();
        ArrayPool<byte>.Shared.Return(buffer);
        return sealedEntry;
    }

    public static Entry OpenEntry(DataKey key, ConversationId conversation, long seq, ReadOnlySpan<byte> row)
    {
        Span<byte> id = stackalloc byte[RowKeys.EntryLength];
        RowKeys.Entry(id, conversation, seq);
        return EntryRow.Read(seq, key.Cipher.Open(RowTable.Entry, conversation.Value, RowKeys.Row(id), row));
    }

    public static byte[] SealAccount(DataKey key, Account account) =>
        key.Cipher.Seal(RowTable.Account, account.User.Value, [], AccountRow.Write(account));

    public static Account OpenAccount(DataKey key, UserId user, ReadOnlySpan<byte> row) =>
        AccountRow.Read(user, key.Cipher.Open(RowTable.Account, user.Value, [], row));

    public static byte[] SealDevice(DataKey key, Device device)
    {
        Span<byte> id = stackalloc byte[RowKeys.OwnerLength];
        RowKeys.Owner(id, device.Id.Value);
        return key.Cipher.Seal(RowTable.Device, device.User.Value, id, DeviceRow.Write(device));
    }

    public static Device OpenDevice(DataKey key, UserId user, DeviceId device, ReadOnlySpan<byte> row)
    {
        Span<byte> id = stackalloc byte[RowKeys.OwnerLength];
        RowKeys.Owner(id, device.Value);
        return DeviceRow.Read(user, device, key.Cipher.Open(RowTable.Device, user.Value, id, row));
    }

    public static byte[] SealIndexRow(DataKey key, PlacedRow placed)
    {
        Span<byte> id = stackalloc byte[RowKeys.OwnerLength];
        RowKeys.Owner(id, placed.Row.Conversation.Value);
        Span<byte> value = stackalloc byte[IndexValue.Length];
        IndexValue.Write(value, placed);
        return key.Cipher.Seal(RowTable.Index, placed.Row.User.Value, id, value);
    }

    public static PlacedRow OpenIndexRow(
        DataKey key,
        UserId user,
        ConversationId conversation,
        ReadOnlySpan<byte> value
    )
    {
        Span<byte> id = stackalloc byte[RowKeys.OwnerLength];
        RowKeys.Owner(id, conversation.Value);
        return IndexValue.Read(user, conversation, key.Cipher.Open(RowTable.Index, user.Value, id, value));
    }

    public static byte[] SealRelation(DataKey key, in Relation relation)
    {
        Span<byte> id = stackalloc byte[RowKeys.OwnerLength];
        RowKeys.Owner(id, relation.Other.Value);
        Span<byte> row = stackalloc byte[RelationRow.Length];
        RelationRow.Write(row, relation);
        return key.Cipher.Seal(RowTable.Relation, relation.Owner.Value, id, row);
    }

    public static Relation OpenRelation(DataKey key, UserId owner, UserId other, ReadOnlySpan<byte> row)
    {
        Span<byte> id = stackalloc byte[RowKeys.OwnerLength];
        RowKeys.Owner(id, other.Value);
        return RelationRow.Read(owner, other, key.Cipher.Open(RowTable.Relation, owner.Value, id, row));
    }

    /// <summary>The counts of an owner's relations, stored before them under the id that belongs to nobody.</summary>
    public static byte[] SealCounts(DataKey key, UserId owner, in RelationCounts counts)
    {
        Span<byte> id = stackalloc byte[RowKeys.OwnerLength];
        RowKeys.Owner(id, 0);
        Span<byte> row = stackalloc byte[TallyRow.Length];
        TallyRow.Write(row, counts.Newest, counts.Tally);
        return key.Cipher.Seal(RowTable.Relation, owner.Value, id, row);
    }

    public static RelationCounts OpenCounts(DataKey key, UserId owner, ReadOnlySpan<byte> row)
    {
        Span<byte> id = stackalloc byte[RowKeys.OwnerLength];
        RowKeys.Owner(id, 0);
        var (newest, tally) = TallyRow.Read(key.Cipher.Open(RowTable.Relation, owner.Value, id, row));
        return new(newest, tally);
    }
}
