using System.Buffers.Binary;
using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Conversations;

/// <summary>Conversation ids as grain keys.</summary>
public static class ConversationKeys
{
    public static Guid ToGrainKey(this ConversationId id)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, id.Value);
        return new Guid(bytes, bigEndian: true);
    }

    public static ConversationId FromGrainKey(Guid key)
    {
        Span<byte> bytes = stackalloc byte[16];
        key.TryWriteBytes(bytes, bigEndian: true, out _);
        return new(BinaryPrimitives.ReadUInt128BigEndian(bytes));
    }

    /// <summary>The grain that writes a conversation.</summary>
    public static IConversationGrain GetConversation(this IGrainFactory grains, ConversationId id) =>
        grains.GetGrain<IConversationGrain>(id.ToGrainKey());
}
