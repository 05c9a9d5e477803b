using Connect.Client;

namespace Connect.Cli.Words;

/// <summary>What became of one message for one member.</summary>
internal enum ReaderState
{
    NotYet,
    NotInTime,
    Delivered,
    Read,
}

/// <summary>The one place in the terminal that decides what became of a message for a member.</summary>
internal static class ReaderWords
{
    /// <param name="place">How far the member has come.</param>
    /// <param name="seq">The message.</param>
    /// <param name="isOld">
    /// It is older than messages wait: whoever has not received it never will, also while the member stays away and
    /// their marks do not say so yet.
    /// </param>
    public static ReaderState Of(MemberPlace place, long seq, bool isOld) =>
        place.HasRead(seq) ? ReaderState.Read
        : place.HasReceived(seq) ? ReaderState.Delivered
        : isOld || place.Ended.Contains(seq) ? ReaderState.NotInTime
        : ReaderState.NotYet;

    public static string Of(ReaderState state) =>
        state switch
        {
            ReaderState.Read => "read",
            ReaderState.Delivered => "delivered",
            ReaderState.NotInTime => "not delivered in time",
            _ => "not yet delivered",
        };
}
