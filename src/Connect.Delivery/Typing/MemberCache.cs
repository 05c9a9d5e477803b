using System.Collections.Immutable;
using Connect.Contracts.Caching;
using Connect.Contracts.Conversations;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Microsoft.Extensions.Options;

namespace Connect.Delivery.Typing;

/// <summary>
/// The members of conversations in which users of this node type, so that a keystroke costs neither a grain call nor a
/// read. An entry that changes the membership invalidates them: the typist, as a member, gets that entry, or a hint of
/// it, on this node. An age limit covers whatever is missed.
/// </summary>
public sealed class MemberCache(IConversationReader reader, TimeProvider time, IOptions<TypingOptions> options)
{
    private const int Slots = 1024;

    private readonly BoundedCache<ConversationId, Remembered> _known = new(options.Value.Conversations);

    // A slot rises with each change of a conversation in it, which invalidates everything read before or being read.
    private readonly long[] _changes = new long[Slots];

    /// <summary>All members; null if the user is not one of them.</summary>
    public async ValueTask<ImmutableArray<UserId>?> FindAsync(UserId user, ConversationId conversation)
    {
        var slot = Volatile.Read(ref SlotOf(conversation));
        if (
            _known.TryGet(conversation, out var known)
            && known.Slot == slot
            && time.GetElapsedTime(known.ReadAt) < options.Value.MemberMemory
        )
        {
            return known.Members.Contains(user) ? known.Members : null;
        }

        var readAt = time.GetTimestamp();
        if (await reader.ReadMembersAsync(user, conversation, CancellationToken.None) is not { } members)
        {
            return null;
        }

        if (members.Any(each => each.Flags != MemberFlags.None))
        {
            // A block, or a pending request: neither sees the other type. Not cached, since an answer may end it.
            return [user];
        }

        ImmutableArray<UserId> present = [.. members.Where(each => each.IsPresent).Select(each => each.User)];
        _known.Set(conversation, new(present, slot, readAt));
        return present;
    }

    /// <summary>Watches what passes through this node.</summary>
    public void Notice(Publication publication)
    {
        if (
            publication.IsHint
            || publication.Notice != ConversationNotice.None
            || publication.Entries.Any(entry => !entry.Kind.CarriesText())
        )
        {
            Interlocked.Increment(ref SlotOf(publication.Conversation));
        }
    }

    private ref long SlotOf(ConversationId conversation) => ref _changes[(uint)conversation.GetHashCode() % Slots];

    private readonly record struct Remembered(ImmutableArray<UserId> Members, long Slot, long ReadAt);
}
