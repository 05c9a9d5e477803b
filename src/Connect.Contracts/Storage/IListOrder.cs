using System.Collections.Immutable;
using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Storage;

/// <summary>
/// Keeps the stored order of the users' lists up to date, off the path of messages. A commit that is the first of a
/// conversation in an hour leaves a note in its own transaction, so nothing is forgotten by a crash.
/// </summary>
public interface IListOrder
{
    /// <summary>
    /// Places the conversations of the next notes anew in the lists of their members, and drops the notes; returns the
    /// conversations. One that cannot be read is passed over, and tried again later. Safe to repeat.
    /// </summary>
    /// <param name="places">About how many places to write; at least one conversation is tried.</param>
    /// <param name="cancellationToken">Ends the work between two conversations.</param>
    ValueTask<ImmutableArray<ConversationId>> SettleAsync(int places, CancellationToken cancellationToken);
}
