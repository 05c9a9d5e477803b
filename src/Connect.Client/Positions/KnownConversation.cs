using Connect.Client.Stores;
using Wire = Connect.Protocol.V1;

namespace Connect.Client.Positions;

/// <summary>What the client knows of one conversation.</summary>
internal sealed class KnownConversation(string id, long held, long consumed, int bufferLimit)
{
    public string Id { get; } = id;

    /// <summary>What a sync or a resume says of it.</summary>
    public Wire.Position Position => new() { Conversation = Id, Seq = (ulong)Tracker.Received };

    public PositionTracker Tracker { get; private set; } = new(held, bufferLimit);

    /// <summary>Rises when what was held is given up: what was handed out before is void.</summary>
    public int Life { get; private set; }

    /// <summary>
    /// The highest seq handed to the events, of a store that keeps entries: the rest is read from it.
    /// </summary>
    public long Published { get; set; } = consumed;

    /// <summary>A read of the store for the events is under way.</summary>
    public bool Refilling { get; set; }

    /// <summary>What was held when that read began.</summary>
    public long RefillTo { get; set; }

    /// <summary>When the position last rose in this session; null = not yet.</summary>
    public TimeSpan? MovedAt { get; set; }

    /// <summary>This user's newest message, as far as this process has seen one; 0 = none.</summary>
    public long OwnSeq { get; set; }

    /// <summary>How many hold and have read that of this user's messages that was counted last.</summary>
    public ReceiptCountsChanged? Counts { get; set; }

    /// <summary>It is no longer this user's.</summary>
    public bool IsOver { get; set; }

    /// <summary>The marks of the members, as far as known.</summary>
    public Dictionary<string, MemberPlace> Places { get; } = new(StringComparer.Ordinal);

    /// <summary>A device without stored state begins here: what is below is neither pulled nor delivered.</summary>
    public void StartAt(long seq)
    {
        if (Tracker.Received == 0)
        {
            Tracker.StartAt(seq);
            Published = Math.Max(Published, Tracker.Received);
        }
    }

    /// <summary>Gives up everything above a seq.</summary>
    public void Restart(long seq)
    {
        Life++;
        Tracker = new(Math.Min(Tracker.Received, seq), bufferLimit);
        Published = Math.Min(Published, seq);
        Refilling = false;
        MovedAt = null;
        Places.Clear();
        OwnSeq = Math.Min(OwnSeq, seq);
        Counts = null;
    }
}

/// <summary>The conversations that this device knows of.</summary>
internal sealed class ConversationTable
{
    /// <summary>Entries of one conversation kept above a hole; what is beyond comes with the pull.</summary>
    private const int BufferLimit = 256;

    private readonly Dictionary<string, KnownConversation> _all = new(StringComparer.Ordinal);

    public ConversationTable(IEnumerable<StoredPosition> stored)
    {
        foreach (var position in stored)
        {
            _all.Add(position.Conversation, new(position.Conversation, position.Held, position.Consumed, BufferLimit));
        }
    }

    public IEnumerable<KnownConversation> All => _all.Values;

    public KnownConversation? Find(string id) => _all.GetValueOrDefault(id);

    /// <summary>The conversation with this id, known from now on.</summary>
    public KnownConversation Of(string id)
    {
        if (!_all.TryGetValue(id, out var conversation))
        {
            conversation = new(id, 0, 0, BufferLimit);
            _all.Add(id, conversation);
        }

        return conversation;
    }
}
