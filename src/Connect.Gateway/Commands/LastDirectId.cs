using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;

namespace Connect.Gateway.Commands;

/// <summary>
/// Remembers the last pair: who writes to a user writes to them again, and the id of a conversation is a keyed hash of
/// the two. Not thread-safe: the reader of one session owns it.
/// </summary>
internal sealed class LastDirectId(IDirectConversationIds ids) : IDirectConversationIds
{
    private (UserId One, UserId Other) _pair;
    private ConversationId _id;

    public ConversationId Derive(UserId one, UserId other)
    {
        if (_pair != (one, other))
        {
            _id = ids.Derive(one, other);
            _pair = (one, other);
        }

        return _id;
    }
}
