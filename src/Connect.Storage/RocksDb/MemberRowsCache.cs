using Connect.Contracts.Identifiers;

namespace Connect.Storage.RocksDb;

/// <summary>
/// The member rows of conversations that were written to lately, as the last durable write left them. Nearly every
/// message raises a mark of its author, and opening the rows of a large group for each would be most of the
/// committer's work. Not thread-safe: only the committer's thread, which alone writes these rows, touches it.
/// </summary>
/// <param name="capacity">Members in all; those of the conversations unused for longest leave.</param>
internal sealed class MemberRowsCache(int capacity)
{
    private readonly Dictionary<
        ConversationId,
        LinkedListNode<(ConversationId Conversation, MemberRows Rows)>
    > _known = [];
    private readonly LinkedList<(ConversationId Conversation, MemberRows Rows)> _byUse = new();

    /// <summary>Members in memory now.</summary>
    public int Members { get; private set; }

    /// <summary>
    /// Takes the rows out, to be changed; they come back by <see cref="Put"/> when the change is durable, and are gone
    /// when it is not.
    /// </summary>
    public MemberRows? Take(ConversationId conversation)
    {
        if (!_known.Remove(conversation, out var node))
        {
            return null;
        }

        _byUse.Remove(node);
        Members -= node.Value.Rows.Count;
        return node.Value.Rows;
    }

    public void Put(ConversationId conversation, MemberRows rows)
    {
        Forget(conversation);
        _known.Add(conversation, _byUse.AddLast((conversation, rows)));
        Members += rows.Count;
        while (Members > capacity && _byUse.First is { } oldest)
        {
            Forget(oldest.Value.Conversation);
        }
    }

    /// <summary>To be called by whoever else writes rows of a conversation.</summary>
    public void Forget(ConversationId conversation) => Take(conversation);
}
