using Connect.Contracts.Identifiers;
using Connect.Storage.Rules;

namespace Connect.Storage.RocksDb;

/// <summary>
/// The heads of recently written conversations as of the last durable write, so that the committer compares without a
/// read. Not thread-safe: only the committer's thread, the only one that writes heads, uses it.
/// </summary>
/// <param name="capacity">
/// Minimum number of heads kept; at most twice as many. The least recently written are dropped.
/// </param>
internal sealed class HeadCache(int capacity)
{
    private Dictionary<ConversationId, ConversationHead> _young = [];
    private Dictionary<ConversationId, ConversationHead> _old = [];

    /// <summary>Heads in memory.</summary>
    public int Count => _young.Count + _old.Count;

    /// <summary>Null: read the database.</summary>
    public ConversationHead? Find(ConversationId conversation) =>
        _young.TryGetValue(conversation, out var head) || _old.TryGetValue(conversation, out head) ? head : null;

    /// <summary>Call this when the head is durable, not before.</summary>
    public void Put(ConversationId conversation, ConversationHead head)
    {
        _old.Remove(conversation);
        _young[conversation] = head;
        if (_young.Count >= capacity)
        {
            (_young, _old) = (_old, _young);
            _young.Clear();
        }
    }

    /// <summary>Call this whenever a head is about to be written.</summary>
    public void Forget(ConversationId conversation)
    {
        _young.Remove(conversation);
        _old.Remove(conversation);
    }
}
