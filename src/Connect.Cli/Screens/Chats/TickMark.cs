using Connect.Cli.Screens.Drawing;

namespace Connect.Cli.Screens.Chats;

/// <summary>How a tick is shown: a sign, and in words where there is a need to tell it from the one before.</summary>
internal static class TickMark
{
    public static (string Text, Ink Ink) Of(Tick tick, bool words)
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
        return (words ? $"{sign} {word}" : sign, ink);
    }
}
