using System.Buffers.Binary;
using Connect.Contracts.Identifiers;
using Orleans.Concurrency;

namespace Connect.Contracts.Conversations;

/// <summary>
/// The one writer of a conversation (ADR 0005). Every call only enqueues and awaits the pump; the key is the
/// conversation id as a Guid (<see cref="ConversationKeys"/>).
/// </summary>
[Alias("IConversationGrain")]
public interface IConversationGrain : IGrainWithGuidKey
{
    /// <summary>
    /// Appends messages of one device, in their order. The answer has one result per item, in the same order, and
    /// follows the commit (promise 1). An exception means that the outcome is unknown: send the same cids again.
    /// </summary>
    [AlwaysInterleave]
    [Alias("Append")]
    Task<AppendReply> AppendAsync([Immutable] AppendRequest request);

    /// <summary>Raises a member's marks; completes once they are persisted.</summary>
    [AlwaysInterleave]
    [Alias("Mark")]
    Task<MarkReply> MarkAsync([Immutable] MarkRequest request);

    /// <summary>
    /// Creates a group, or changes its members, roles or title. A change is entries in the log, so a writer with stale
    /// rules fails at the store (ADR 0002). An exception means that the outcome is unknown: ask again with the same
    /// cid.
    /// </summary>
    [AlwaysInterleave]
    [Alias("Change")]
    Task<ChangeReply> ChangeAsync([Immutable] ChangeRequest request);

    /// <summary>
    /// The conversation was changed in the store under a raised epoch: reload it before the next decision. Without this
    /// call the store refuses the writer's next commit, which then reloads.
    /// </summary>
    [AlwaysInterleave]
    [Alias("Refresh")]
    Task RefreshAsync();
}

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
