using Connect.Cli.Screens.Drawing;

namespace Connect.Cli.Screens;

/// <summary>All keys, and what the ticks mean.</summary>
internal static class HelpPage
{
    private const int WideFrom = 62;
    private const int KeysColumn = 20;

    private static readonly (string Keys, string Meaning)[] Lines =
    [
        ("Enter", "send; in the list: open"),
        ("Alt-Enter, Ctrl-J", "a new line in the message"),
        ("PgUp PgDn, ↑ ↓", "older and newer messages"),
        ("End", "the newest message"),
        ("Esc or Tab", "between list and conversation"),
        ("Alt-↑ Alt-↓", "the conversation above, below"),
        ("Ctrl-N", "a new chat, by username"),
        ("Alt-A, Alt-D", "accept, decline a message request"),
        ("Alt-M, Alt-H", "mute for 8 hours or no more, hide until news"),
        ("a d m h", "the same in the list"),
        ("Alt-R", "who has got and read your last message in view"),
        ("Ctrl-R, Ctrl-X", "send a failed message again, drop it"),
        ("Ctrl-W, Ctrl-U", "cut the word, the line before the cursor"),
        ("F1 or ?", "this page"),
        ("Ctrl-Q or Ctrl-C", "quit; what is queued is sent next time"),
        ("", ""),
        ("… queued", "in the outbox of this machine, kept"),
        ("✓ sent", "durable on the server"),
        ("✓✓ delivered", "on a device of the other side"),
        ("✓✓ read", "was on their screen; in groups: of how many"),
        ("✗ not sent", "refused by the server, it says why"),
    ];

    /// <summary>The lines for a width: a narrow terminal gets the meaning below the keys.</summary>
    public static List<(string Keys, string Meaning)> For(int width)
    {
        if (width >= WideFrom)
        {
            return [.. Lines];
        }

        return
        [
            .. Lines.SelectMany<(string Keys, string Meaning), (string, string)>(line =>
                line.Keys.Length == 0 ? [line] : [(line.Keys, ""), ("", line.Meaning)]
            ),
        ];
    }

    public static void Paint(Canvas canvas, int top, int bottom, int from)
    {
        var column = canvas.Width >= WideFrom ? KeysColumn : 3;
        var lines = For(canvas.Width);
        from = Math.Clamp(from, 0, Math.Max(0, lines.Count - (bottom - top)));
        for (var at = from; at < lines.Count && top + at - from < bottom; at++)
        {
            var (keys, meaning) = lines[at];
            var y = top + at - from;
            canvas.Put(1, y, TextLayout.Fit(SafeText.OneLine(keys), canvas.Width - 2), Ink.Strong);
            var fitted = TextLayout.Fit(SafeText.OneLine(meaning), canvas.Width - column - 1);
            if (fitted.Count > 0)
            {
                canvas.Put(column, y, fitted, Ink.Text);
            }
        }
    }
}
