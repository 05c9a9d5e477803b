using System.Globalization;
using System.Text;
using Connect.Cli.Screens.Drawing;
using Connect.Protocol;

namespace Connect.Cli.Screens.Keys;

/// <summary>
/// A text being written. The cursor stands between characters as a person sees them, never within one.
/// </summary>
internal sealed class Composer(int maxChars = Composer.DefaultChars)
{
    /// <summary>More than can be sent, so that a paste can be shortened; what is beyond is left out.</summary>
    public const int DefaultChars = 4 * ProtocolLimits.TextBytes;

    private string _text = "";

    public string Text => _text;

    /// <summary>The place of the cursor in the text.</summary>
    public int Cursor { get; private set; }

    public bool IsEmpty => _text.Length == 0;

    /// <summary>What it takes on the wire.</summary>
    public int Bytes => Encoding.UTF8.GetByteCount(_text);

    /// <summary>Puts something at the cursor; false when not all of it had room.</summary>
    public bool Insert(string typed)
    {
        var clean = Typeable(typed);
        var room = Math.Max(0, maxChars - _text.Length);
        var fits = clean.Length <= room;
        if (!fits)
        {
            // Not half of a character.
            room -= room > 0 && char.IsHighSurrogate(clean[room - 1]) ? 1 : 0;
            clean = clean[..room];
        }

        _text = _text.Insert(Cursor, clean);
        Cursor = AtCharacter(Cursor + clean.Length);
        return fits;
    }

    /// <summary>A key that edits; false when something had no room.</summary>
    public bool Press(Key key)
    {
        switch (key)
        {
            case { Kind: KeyKind.Text or KeyKind.Paste }:
                return Insert(key.Text);
            case { Kind: KeyKind.Enter }:
                return Insert("\n");
            case { Kind: KeyKind.Backspace, Alt: true } or { Kind: KeyKind.Control, Text: "w" }:
                CutWord();
                break;
            case { Kind: KeyKind.Control, Text: "u" }:
                CutToLineStart();
                break;
            case { Kind: KeyKind.Backspace }:
                Backspace();
                break;
            case { Kind: KeyKind.Delete }:
                Delete();
                break;
            case { Kind: KeyKind.Left }:
                Left();
                break;
            case { Kind: KeyKind.Right }:
                Right();
                break;
            case { Kind: KeyKind.Home } or { Kind: KeyKind.Control, Text: "a" }:
                Home();
                break;
            case { Kind: KeyKind.End } or { Kind: KeyKind.Control, Text: "e" }:
                End();
                break;
        }

        return true;
    }

    public void Clear() => Set("");

    public void Set(string text)
    {
        _text = Typeable(text);
        Cursor = _text.Length;
    }

    public void Left() => Cursor = Before(Cursor);

    public void Right() => Cursor = After(Cursor);

    public void Home() => Cursor = LineStart(Cursor);

    public void End() => Cursor = LineEnd(Cursor);

    /// <summary>One line up; false in the first.</summary>
    public bool Up()
    {
        var start = LineStart(Cursor);
        if (start == 0)
        {
            return false;
        }

        MoveTo(LineStart(start - 1), Cursor - start);
        return true;
    }

    /// <summary>One line down; false in the last.</summary>
    public bool Down()
    {
        var end = LineEnd(Cursor);
        if (end == _text.Length)
        {
            return false;
        }

        MoveTo(end + 1, Cursor - LineStart(Cursor));
        return true;
    }

    public void Backspace() => Cut(Before(Cursor), Cursor);

    public void Delete() => Cut(Cursor, After(Cursor));

    public void CutToLineStart() => Cut(LineStart(Cursor), Cursor);

    public void CutWord()
    {
        var from = Cursor;
        while (from > 0 && char.IsWhiteSpace(_text[from - 1]))
        {
            from--;
        }

        while (from > 0 && !char.IsWhiteSpace(_text[from - 1]))
        {
            from--;
        }

        Cut(from, Cursor);
    }

    /// <summary>The lines to show and where the cursor is in them.</summary>
    public (List<List<Cluster>> Lines, int X, int Y) Layout(int width)
    {
        width = Math.Max(2, width);
        var lines = new List<List<Cluster>> { new() };
        var (x, cursorX, cursorY) = (0, 0, 0);
        for (var at = 0; at <= _text.Length; )
        {
            if (at == Cursor)
            {
                (cursorX, cursorY) = x < width ? (x, lines.Count - 1) : (0, lines.Count);
            }

            var length = at < _text.Length ? StringInfo.GetNextTextElementLength(_text.AsSpan(at)) : 1;
            foreach (var cluster in at < _text.Length ? SafeText.Clusters(_text.Substring(at, length)) : [])
            {
                if (cluster.IsLineEnd || x + cluster.Width > width)
                {
                    lines.Add([]);
                    x = 0;
                }

                if (!cluster.IsLineEnd)
                {
                    // The cursor stands where its character went.
                    (cursorX, cursorY) = at == Cursor && x == 0 ? (0, lines.Count - 1) : (cursorX, cursorY);
                    lines[^1].Add(cluster);
                    x += cluster.Width;
                }
            }

            at += length;
        }

        if (cursorY == lines.Count)
        {
            lines.Add([]);
        }

        return (lines, cursorX, cursorY);
    }

    /// <summary>Line ends are all <c>\n</c>; of the other control characters only the tab is text.</summary>
    private static string Typeable(string text)
    {
        text = text.ReplaceLineEndings("\n");
        return text.Any(each => char.IsControl(each) && each is not ('\n' or '\t'))
            ? string.Concat(text.Where(each => !char.IsControl(each) || each is '\n' or '\t'))
            : text;
    }

    private void Cut(int from, int to)
    {
        _text = _text.Remove(from, to - from);
        Cursor = AtCharacter(from);
    }

    private void MoveTo(int lineStart, int offset) =>
        Cursor = AtCharacter(Math.Min(lineStart + offset, LineEnd(lineStart)));

    private int LineStart(int at) => at == 0 ? 0 : _text.LastIndexOf('\n', at - 1) + 1;

    private int LineEnd(int at) => _text.IndexOf('\n', at) is >= 0 and var end ? end : _text.Length;

    private int After(int at) => at < _text.Length ? at + StringInfo.GetNextTextElementLength(_text.AsSpan(at)) : at;

    private int Before(int at)
    {
        var (before, next) = (0, 0);
        while (next < at)
        {
            before = next;
            next = After(next);
        }

        return before;
    }

    /// <summary>The end of the character in which a place lies: what was typed may have joined others.</summary>
    private int AtCharacter(int at)
    {
        var next = 0;
        while (next < at)
        {
            next = After(next);
        }

        return next;
    }
}
