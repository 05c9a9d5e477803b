using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Refusals;
using Connect.Contracts.Storage;
using Connect.Conversations.History;

namespace Connect.Conversations.Lists;

/// <summary>
/// What a user chooses for a conversation in their own list: silence until a time, and out of sight until something new
/// comes. Kept in the user's index, so neither the conversation nor its writer is touched; the user's devices are told.
/// </summary>
public sealed class ConversationPreferences(IConversationIndex index, IConversationReader reader, IPublisher publisher)
{
    private static readonly Refusal NotTime = new(RefusalReason.Invalid, "A time below 2^53, or 0.", "muted_until");
    private static readonly Refusal NotSeq = new(RefusalReason.Invalid, "A seq goes with `hidden`: true.", "seen");

    /// <summary>Null when it is durable.</summary>
    /// <param name="mutedUntil">Milliseconds since the epoch; 0 ends it; null: as it was.</param>
    /// <param name="hidden">Null: as it was.</param>
    /// <param name="seen">With <paramref name="hidden"/>: what is above this seq is new; null: what comes now.</param>
    public async ValueTask<Refusal?> ChooseAsync(
        UserId user,
        ConversationId conversation,
        long? mutedUntil,
        bool? hidden,
        long? seen,
        CancellationToken cancellationToken
    )
    {
        if (mutedUntil is < 0 or >= ReadingOptions.NumberLimit)
        {
            return NotTime;
        }

        if (seen is not null && (hidden != true || seen is < 1 or >= ReadingOptions.NumberLimit))
        {
            return NotSeq;
        }

        if (await reader.ReadViewsAsync(user, [conversation], cancellationToken) is not [var view])
        {
            return new(RefusalReason.NotFound);
        }

        long? hiddenThrough = hidden switch
        {
            null => null,
            false => 0,
            true => Math.Min(seen ?? view.Head, view.Head),
        };
        if (await index.ChooseAsync(user, conversation, mutedUntil, hiddenThrough) is null)
        {
            // A member without a row left the group this moment.
            return new(RefusalReason.NotFound);
        }

        publisher.Publish(Publication.OfNotice(conversation, ConversationNotice.Changed, [user]));
        return null;
    }
}
