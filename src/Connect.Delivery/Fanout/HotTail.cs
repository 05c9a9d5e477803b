using System.Collections.Immutable;
using Connect.Contracts.Conversations;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;

namespace Connect.Delivery.Fanout;

/// <summary>
/// The last entries committed on this node, by conversation: heals gaps without the store. Bounded per
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

    /// <summary>Takes the entries of a publication; one without entries adds nothing.</summary>
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

/// <summary>A share of the <see cref="HotTail"/> under one lock.</summary>
internal sealed class HotTailShard(int maxEntries, int maxConversations, long maxBytes)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ConversationId, LinkedListNode<Tail>> _tails = [];
    private readonly LinkedList<Tail> _byAge = new();
    private long _bytes;

    public void Add(Publication publication)
    {
        lock (_lock)
        {
            if (_tails.TryGetValue(publication.Conversation, out var node))
            {
                _byAge.Remove(node);
                _byAge.AddLast(node);
            }
            else
            {
                node = _byAge.AddLast(new Tail(publication.Conversation));
                _tails.Add(publication.Conversation, node);
            }

            foreach (var entry in publication.Entries)
            {
                _bytes += node.Value.Add(entry, publication.Recipients, maxEntries);
            }

            while (_byAge.First is { } oldest && (_tails.Count > maxConversations || _bytes > maxBytes))
            {
                _bytes -= oldest.Value.Bytes;
                _tails.Remove(oldest.Value.Conversation);
                _byAge.RemoveFirst();
            }
        }
    }

    public bool TryRead(UserId reader, ConversationId conversation, long after, out ImmutableArray<Entry> entries)
    {
        lock (_lock)
        {
            entries = _tails.TryGetValue(conversation, out var node) ? node.Value.Read(reader, after) : [];
        }

        return !entries.IsEmpty;
    }

    /// <summary>The newest entries of one conversation, dense.</summary>
    private sealed class Tail(ConversationId conversation)
    {
        private readonly Queue<(Entry Entry, ImmutableArray<UserId> Recipients)> _entries = new();
        private long _last;

        public ConversationId Conversation { get; } = conversation;

        public long Bytes { get; private set; }

        /// <summary>Returns by how many bytes the tail grew; negative when it shrank.</summary>
        public long Add(Entry entry, ImmutableArray<UserId> recipients, int limit)
        {
            var before = Bytes;
            if (_entries.Count > 0 && entry.Seq != _last + 1)
            {
                // Another node wrote in between: these entries no longer reach the head.
                _entries.Clear();
                Bytes = 0;
            }

            if (_entries.Count >= limit)
            {
                Bytes -= PublicationSize.Of(_entries.Dequeue().Entry);
            }

            _entries.Enqueue((entry, recipients));
            _last = entry.Seq;
            Bytes += PublicationSize.Of(entry);
            return Bytes - before;
        }

        public ImmutableArray<Entry> Read(UserId reader, long after)
        {
            if (after >= _last || after < _last - _entries.Count)
            {
                return [];
            }

            var read = ImmutableArray.CreateBuilder<Entry>((int)(_last - after));
            var checkedLast = default(ImmutableArray<UserId>);
            foreach (var (entry, recipients) in _entries)
            {
                if (entry.Seq <= after)
                {
                    continue;
                }

                if (recipients != checkedLast && !recipients.Contains(reader))
                {
                    return [];
                }

                checkedLast = recipients;
                read.Add(entry);
            }

            return read.MoveToImmutable();
        }
    }
}
