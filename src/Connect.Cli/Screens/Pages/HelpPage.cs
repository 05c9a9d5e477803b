using Connect.Cli.Drawing;

namespace Connect.Cli.Screens.Pages;

/// <summary>The help: all keys, and what the ticks mean.</summary>
internal static class HelpPage
{
    private const int WideFrom = 72;
    private const int KeysColumn = 25;

    private static readonly (string Keys, string Meaning)[] Lines =
    [
        ("Enter", "send; in the list: open"),
        ("Alt-Enter, Ctrl-J", "start a new line in the message"),
        ("PgUp PgDn, ↑ ↓", "older and newer messages"),
        ("End", "the newest message"),
        ("Esc or Tab", "switch between list and conversation"),
        ("Alt-↑ Alt-↓", "previous and next conversation"),
        ("Ctrl-N", "start a chat with a user"),
        ("Alt-A, Alt-D", "accept or decline a message request"),
        ("Alt-M, Alt-H", "mute for 8 hours or unmute; hide until news"),
        ("a d m h", "the same, in the list"),
        ("Alt-R", "who received and read your last message"),
        ("Ctrl-R, Ctrl-X", "resend or drop a failed message"),
        ("Ctrl-W, Ctrl-U", "delete the word or the line before the cursor"),
        ("F1 or ?", "this help"),
        ("Ctrl-Q or Ctrl-C", "quit; queued messages are sent next time"),
        ("", ""),
        ("… queued", "kept in the outbox on this machine"),
        ("✓ sent", "stored durably on the server"),
        ("✓✓ delivered", "on a device of the recipient"),
        ("✓✓ read", "shown on their screen; in groups, by how many"),
        ("⊘ not delivered in time", "the recipient stayed away too long"),
        ("✗ not sent", "refused by the server, with the reason"),
        ("✗ perhaps not sent", "it may have arrived before it was refused"),
    ];

    /// <summary>The lines for a width: narrow terminals get each meaning below its keys.</summary>
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
