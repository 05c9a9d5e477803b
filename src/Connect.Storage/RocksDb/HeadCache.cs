using Connect.Contracts.Identifiers;
using Connect.Storage.Committing;

namespace Connect.Storage.RocksDb;

/// <summary>
/// The heads of conversations that were written to lately, as the last durable write left them, so that the committer
/// compares without a read. Not thread-safe: only the committer's thread, which alone writes heads, touches it.
/// </summary>
/// <param name="capacity">Heads kept at least; at most twice as many. Those unused for longest leave.</param>
internal sealed class HeadCache(int capacity)
{
    private Dictionary<ConversationId, ConversationHead> _young = [];
    private Dictionary<ConversationId, ConversationHead> _old = [];

    /// <summary>Heads in memory now.</summary>
    public int Count => _young.Count + _old.Count;

    /// <summary>Null: ask the database.</summary>
    public ConversationHead? Find(ConversationId conversation) =>
        _young.TryGetValue(conversation, out var head) || _old.TryGetValue(conversation, out head) ? head : null;

    /// <summary>To be called when the head is durable, and not before.</summary>
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

    /// <summary>To be called whenever a head is about to be written.</summary>
    public void Forget(ConversationId conversation)
    {
        _young.Remove(conversation);
        _old.Remove(conversation);
    }
}
