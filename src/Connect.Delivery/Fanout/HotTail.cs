using System.Collections.Immutable;
using Connect.Contracts.Conversations;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;

namespace Connect.Delivery.Fanout;

/// <summary>
/// The last entries committed on this node, by conversation: heals holes without the store (step 10). Bounded per
/// conversation and in all; the conversation not written to for longest leaves first. In shards, so that writers do not
/// wait for each other.
/// </summary>
internal sealed class HotTail : IHotTail
{
    private const int ShardCount = 16;
    private readonly HotTailShard[] _shards = new HotTailShard[ShardCount];

    public HotTail(FanoutOptions options)
    {
        for (var i = 0; i < ShardCount; i++)
        {
            _shards[i] = new(
                options.TailEntries,
                Math.Max(1, options.TailConversations / ShardCount),
                options.TailBytes / ShardCount
            );
        }
    }

    /// <summary>Takes the entries of a publication; one without entries says nothing of the log.</summary>
    public void Add(Publication publication)
    {
        if (!publication.Entries.IsEmpty)
        {
            Shard(publication.Conversation).Add(publication);
        }
    }

    public bool TryRead(UserId reader, ConversationId conversation, long after, out ImmutableArray<Entry> entries) =>
        Shard(conversation).TryRead(reader, conversation, after, out entries);

    private HotTailShard Shard(ConversationId conversation) => _shards[(int)((ulong)conversation.Value % ShardCount)];
}
