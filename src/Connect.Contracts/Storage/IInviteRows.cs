using System.Collections.Immutable;
using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Storage;

/// <summary>
/// Invites that wait for an answer, outside the index that lists and syncs walk: at the invited user what they may
/// see, at the inviter what counts against their limit. An invite that is hidden from the invited user has no row at
/// them. The group is the truth; a row without an invite there is ignored.
/// </summary>
public interface IInviteRows
{
    /// <summary>Written before the entry that invites; durable on return. Replaces an older row of the group.</summary>
    /// <exception cref="Accounts.UserGoneException">An invited user was deleted.</exception>
    ValueTask PutInvitesAsync(ImmutableArray<InviteRow> rows);

    /// <summary>All that wait for a user, in no order; their number is bounded by those who invite.</summary>
    ValueTask<ImmutableArray<InviteRow>> ListInvitesAsync(UserId user, CancellationToken cancellationToken);

    /// <summary>Deletes a row unless it is of a later invite than this time; false: there was none.</summary>
    ValueTask<bool> DeleteInviteAsync(UserId user, ConversationId conversation, long time);

    /// <summary>
    /// Notes invites that a user is about to send: those that were not noted before, or null, and nothing is noted,
    /// when there would be more than <paramref name="limit"/> of them. Notes older than <paramref name="lapsed"/> do
    /// not count, and go. Durable on return.
    /// </summary>
    ValueTask<ImmutableArray<UserId>?> NoteSentAsync(
        UserId by,
        ConversationId conversation,
        ImmutableArray<UserId> users,
        long time,
        long lapsed,
        int limit
    );

    /// <summary>What <see cref="NoteSentAsync"/> noted of a user, at most <paramref name="limit"/> of it.</summary>
    ValueTask<ImmutableArray<SentInvite>> ListSentAsync(UserId by, int limit, CancellationToken cancellationToken);

    /// <summary>The invites are over, or were never made.</summary>
    ValueTask ForgetSentAsync(UserId by, ConversationId conversation, ImmutableArray<UserId> users);
}

/// <summary>An invite that waits for a user.</summary>
/// <param name="User">Who is invited.</param>
/// <param name="Conversation">To which group.</param>
/// <param name="By">Who invited.</param>
/// <param name="Time">When, milliseconds since the epoch.</param>
public readonly record struct InviteRow(UserId User, ConversationId Conversation, UserId By, long Time);

/// <summary>An invite that a user sent, or was about to send.</summary>
/// <param name="Conversation">The group.</param>
/// <param name="User">Who is invited.</param>
/// <param name="Time">When, milliseconds since the epoch.</param>
public readonly record struct SentInvite(ConversationId Conversation, UserId User, long Time);
