using Connect.Contracts.Identifiers;

namespace Connect.Storage.Rules;

/// <summary>How the sweep of old entries moves a head, in every store. Pure.</summary>
internal static class RetentionRules
{
    /// <summary>The head after a look of the sweep at it; the same when the floor stays.</summary>
    public static ConversationHead Raise(ConversationHead head, FloorChange change) =>
        head.Floor < change.Floor && change.Floor <= head.Seq
            ? head with
            {
                Floor = change.Floor,
                FloorMessages = change.Messages,
            }
            : head;

    /// <summary>Whether a conversation of an earlier format needs a row: its entries may be of any age.</summary>
    public static bool NeedsRow(ConversationHead head) => head.MemberRows > 0 && head.Seq > 0;
}

/// <summary>What is due.</summary>
internal enum DueKind : byte
{
    /// <summary>The oldest entry of a conversation, from its time on.</summary>
    Floor = 1,

    /// <summary>What a conversation holds at and below its floor, at that time of the clock.</summary>
    Rows = 2,
}

/// <summary>
/// Says when a conversation must be looked at. Each one with an entry above its floor has a row of the first kind that
/// is not later than this entry (but for the pause between two passes), and each one with entries below it a
/// row of the second kind. One too many costs a look, and goes with it.
/// </summary>
/// <param name="Kind">What is due.</param>
/// <param name="Time">When, milliseconds since the epoch; 0: the time is not known, so it is due at once.</param>
/// <param name="Conversation">Whose.</param>
internal readonly record struct DueRow(DueKind Kind, long Time, ConversationId Conversation)
{
    /// <summary>By which they are ordered.</summary>
    public (DueKind, long, ConversationId) Key => (Kind, Time, Conversation);

    /// <summary>Before all rows of a kind.</summary>
    public static DueRow Before(DueKind kind) => new(kind, long.MinValue, default);
}

/// <summary>A look at a conversation that is due.</summary>
/// <param name="Floor">Entries up to this seq count as deleted from now on; 0: the floor stays.</param>
/// <param name="Messages">Messages up to it.</param>
/// <param name="NextDue">No entry above it is older than this: the time of the next row.</param>
internal readonly record struct FloorChange(long Floor, long Messages, long NextDue);
