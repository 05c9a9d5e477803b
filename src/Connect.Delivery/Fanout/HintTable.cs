using System.Collections.Immutable;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;

namespace Connect.Delivery.Fanout;

/// <summary>
/// What is left of publications that found no room or no answer: per conversation the highest head, and who is to hear
/// of it. Its size is bounded by the conversations written to on this node, each of which costs its writer more. Not
/// thread-safe.
/// </summary>
internal sealed class HintTable
{
    private readonly Dictionary<ConversationId, (long Head, ImmutableArray<UserId> Recipients)> _hints = [];
    private readonly Queue<ConversationId> _order = new();

    public int Count => _hints.Count;

    /// <summary>Keeps what is left of a publication; of a transient one nothing is.</summary>
    public void Add(Publication publication)
    {
        if (publication.IsTransient)
        {
            return;
        }

        if (!_hints.TryGetValue(publication.Conversation, out var hint))
        {
            _hints.Add(publication.Conversation, (publication.Head, publication.Recipients));
            _order.Enqueue(publication.Conversation);
            return;
        }

        _hints[publication.Conversation] = (
            Math.Max(hint.Head, publication.Head),
            Union(hint.Recipients, publication.Recipients)
        );
    }

    /// <summary>Takes at most so many out, oldest first.</summary>
    public void TakeInto(ICollection<Publication> target, int limit)
    {
        while (limit-- > 0 && _order.TryDequeue(out var conversation))
        {
            _hints.Remove(conversation, out var hint);
            target.Add(Publication.Hint(conversation, hint.Head, hint.Recipients));
        }
    }

    private static ImmutableArray<UserId> Union(ImmutableArray<UserId> one, ImmutableArray<UserId> other)
    {
        // Nearly always the conversation's one list of members.
        if (one == other || one.AsSpan().SequenceEqual(other.AsSpan()))
        {
            return one;
        }

        var all = new HashSet<UserId>(one.Length + other.Length);
        foreach (var user in one)
        {
            all.Add(user);
        }

        foreach (var user in other)
        {
            all.Add(user);
        }

        return [.. all];
    }
}
