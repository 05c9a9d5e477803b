using System.Text;
using Spectre.Console;

namespace Connect.Cli.Drawing;

/// <summary>Writes screens to a terminal: only what has changed, in one update.</summary>
internal sealed class ScreenWriter : IDisposable
{
    // Lines never wrap: a terminal that draws an emoji too wide must not shift the next line.
    private const string NoWrap = "\u001b[?7l";
    private const string Wrap = "\u001b[?7h";
    private const string MarkPastes = "\u001b[?2004h";
    private const string PlainPastes = "\u001b[?2004l";
    private const string BeginUpdate = "\u001b[?2026h";
    private const string EndUpdate = "\u001b[?2026l";

    private readonly StringWriter _buffer = new();
    private readonly AnsiWriter _writer;
    private readonly TextWriter _terminal;
    private Canvas? _shown;
    private (int X, int Y)? _cursor;

    public ScreenWriter(TextWriter terminal, bool colours)
    {
        _terminal = terminal;
        var system = colours ? ColorSystem.Standard : ColorSystem.NoColors;
        var capabilities = new AnsiCapabilities
        {
            Ansi = true,
            AlternateBuffer = true,
            ColorSystem = system,
        };
        _writer = new(_buffer, capabilities);
    }

    public void Dispose() => _buffer.Dispose();

    public void Enter()
    {
        _writer.EnterAltScreen().HideCursor().EraseInDisplay(2);
        _buffer.Write(NoWrap + MarkPastes);
        Flush();
    }

    public void Leave()
    {
        _buffer.Write(PlainPastes + Wrap);
        _writer.ResetStyle().ShowCursor().ExitAltScreen();
        Flush();
    }

    /// <summary>Something else has changed the terminal, for example a resize.</summary>
    public void Forget() => _shown = null;

    public void Show(Canvas canvas, (int X, int Y)? cursor)
    {
        var patches = Patch.Between(_shown, canvas).ToList();
        if (_shown is not null && patches.Count == 0 && cursor == _cursor)
        {
            return;
        }

        _buffer.Write(BeginUpdate);
        _writer.HideCursor();
        if (_shown is null)
        {
            _writer.ResetStyle().EraseInDisplay(2);
        }

        foreach (var patch in patches)
        {
            Write(patch);
        }

        if (cursor is var (x, y))
        {
            _writer.CursorPosition(y + 1, x + 1).ShowCursor();
        }

        _buffer.Write(EndUpdate);
        (_shown, _cursor) = (canvas, cursor);
        Flush();
    }

    private void Write(Patch patch)
    {
        var run = new StringBuilder();
        var ink = Ink.Text;
        _writer.CursorPosition(patch.Y + 1, patch.X + 1);
        for (var at = 0; at < patch.Cells.Count; at++)
        {
            var cell = patch.Cells[at];
            if (cell.Text.Length == 0)
            {
                continue;
            }

            if (cell.Ink != ink)
            {
                Write(run, ink);
                ink = cell.Ink;
            }

            if (IsPlain(cell.Text))
            {
                run.Append(cell.Text);
                continue;
            }

            // Terminals disagree on how wide this is: clear its cells first, then position what follows explicitly.
            Write(run, ink);
            var wide = at + 1 < patch.Cells.Count && patch.Cells[at + 1].Text.Length == 0;
            if (wide)
            {
                _writer.Write("  ", Palette.Of(ink));
                _writer.CursorPosition(patch.Y + 1, patch.X + at + 1);
            }

            _writer.Write(cell.Text, Palette.Of(ink));
            _writer.CursorPosition(patch.Y + 1, patch.X + at + (wide ? 3 : 2));
        }

        Write(run, ink);
    }

    private void Write(StringBuilder run, Ink ink)
    {
        if (run.Length > 0)
        {
            _writer.Write(run.ToString(), Palette.Of(ink));
            run.Clear();
        }
    }

    private static bool IsPlain(string text) =>
        text.Length == 1 && text[0] is < '\u0300' or (>= '\u2010' and <= '\u2027') or (>= '\u2500' and <= '\u257F');

    private void Flush()
    {
        _terminal.Write(_buffer.ToString());
        _terminal.Flush();
        _buffer.GetStringBuilder().Clear();
    }
}

/// <summary>A part of a line that has to be rewritten.</summary>
internal readonly record struct Patch(int X, int Y, IReadOnlyList<Cell> Cells)
{
    /// <summary>The changes from one screen to the next; the whole screen if there was none of that size.</summary>
    public static IEnumerable<Patch> Between(Canvas? before, Canvas after)
    {
        var old = before is not null && before.Width == after.Width && before.Height == after.Height ? before : null;
        for (var y = 0; y < after.Height; y++)
        {
            for (var x = 0; x < after.Width; )
            {
                if (old is not null && old[x, y] == after[x, y])
                {
                    x++;
                    continue;
                }

                var start = x;
                while (start > 0 && after[start, y].Text.Length == 0)
                {
                    start--;
                }

                var cells = new List<Cell>();
                for (x = start; x < after.Width && (x <= start || MustWrite(old, after, x, y)); x++)
                {
                    cells.Add(after[x, y]);
                }

                yield return new(start, y, cells);
            }
        }
    }

    private static bool MustWrite(Canvas? old, Canvas after, int x, int y) =>
        old is null || old[x, y] != after[x, y] || after[x, y].Text.Length == 0;
}
