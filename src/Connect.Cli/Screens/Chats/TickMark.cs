using Connect.Cli.Screens.Drawing;

namespace Connect.Cli.Screens.Chats;

/// <summary>How a tick is shown: a sign, and in words where there is a need to tell it from the one before.</summary>
internal static class TickMark
{
    /// <param name="tick">Which.</param>
    /// <param name="words">In words, too.</param>
    /// <param name="reach">In a group the words also tell how many.</param>
    public static (string Text, Ink Ink) Of(Tick tick, bool words, Reach reach = default)
    {
        var (sign, word, ink) = tick switch
        {
            Tick.Queued => ("…", "queued", Ink.Faint),
            Tick.Sent => ("✓", "sent", Ink.Faint),
            Tick.Delivered => ("✓✓", "delivered", Ink.Faint),
            Tick.Read => ("✓✓", "read", Ink.Good),
            Tick.PerhapsNotSent => ("✗", "perhaps not sent", Ink.Trouble),
            _ => ("✗", "not sent", Ink.Trouble),
        };
        return (words ? $"{sign} {word}{HowMany(tick, reach)}" : sign, ink);
    }

    private static string HowMany(Tick tick, Reach reach) =>
        (tick, reach) switch
        {
            (_, { All: <= 1 }) => "",
            (Tick.Read, _) => $" by all {reach.All}",
            (Tick.Sent or Tick.Delivered, { Read: > 0 }) => $", read by {reach.Read} of {reach.All}",
            (Tick.Sent, { Delivered: > 0 }) => $", delivered to {reach.Delivered} of {reach.All}",
            _ => "",
        };
}
