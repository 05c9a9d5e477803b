using Connect.Cli.Drawing;
using Connect.Cli.Screens.Chats;

namespace Connect.Cli.Screens.Painting;

/// <summary>How a tick is shown: a sign, spelled out where it differs from the next one.</summary>
internal static class TickMark
{
    /// <param name="tick">The tick.</param>
    /// <param name="words">Whether to spell it out.</param>
    /// <param name="reach">In a group, how many members it applies to.</param>
    public static (string Text, Ink Ink) Of(Tick tick, bool words, Reach reach = default)
    {
        var (sign, word, ink) = tick switch
        {
            Tick.Queued => ("…", "queued", Ink.Faint),
            Tick.Sent => ("✓", "sent", Ink.Faint),
            Tick.Delivered => ("✓✓", "delivered", Ink.Faint),
            Tick.Read => ("✓✓", "read", Ink.Good),
            Tick.NotInTime => ("⊘", "not delivered in time", Ink.Trouble),
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
            (Tick.NotInTime, _) => $" to {reach.Ended} of {reach.All}",
            (Tick.Sent or Tick.Delivered, { Read: > 0 }) => $", read by {reach.Read} of {reach.All}",
            (Tick.Sent, { Delivered: > 0 }) => $", delivered to {reach.Delivered} of {reach.All}",
            _ => "",
        };
}
