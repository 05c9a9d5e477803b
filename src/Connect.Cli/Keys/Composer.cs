using System.Globalization;
using System.Text;
using Connect.Cli.Drawing;
using Connect.Protocol;

namespace Connect.Cli.Keys;

/// <summary>
/// A text being typed. The cursor is always between characters as a person sees them, never inside one.
/// </summary>
internal sealed class Composer(int maxChars = Composer.DefaultChars)
{
    /// <summary>What to tell the user when a key did not fit.</summary>
    public const string NoRoom = "Some of it did not fit and was left out.";

    public const int DefaultChars = RoomFactor * ProtocolLimits.TextBytes;

    /// <summary>A draft may be longer than a message, so that a long paste can be shortened.</summary>
    private const int RoomFactor = 4;

    private int _maxChars = maxChars;
    private string _text = "";

    public string Text => _text;

    /// <summary>The index of the cursor in the text.</summary>
    public int Cursor { get; private set; }

    public bool IsEmpty => _text.Length == 0;

    /// <summary>Its size on the wire.</summary>
    public int Bytes => Encoding.UTF8.GetByteCount(_text);

    /// <summary>Makes room for at least a message of this size, however high the server's limit is.</summary>
    public void MakeRoomFor(int textBytes) => _maxChars = Math.Max(_maxChars, RoomFactor * textBytes);

    /// <summary>Inserts at the cursor; false when some of it did not fit.</summary>
    public bool Insert(string typed)
    {
        var clean = Typeable(typed);
        var room = Math.Max(0, _maxChars - _text.Length);
        var fits = clean.Length <= room;
        if (!fits)
        {
            // Never half a character.
            room -= room > 0 && char.IsHighSurrogate(clean[room - 1]) ? 1 : 0;
            clean = clean[..room];
        }

        _text = _text.Insert(Cursor, clean);
        Cursor = AtCharacter(Cursor + clean.Length);
        return fits;
    }

    /// <summary>Handles an editing key; false when something did not fit.</summary>
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

    /// <summary>Moves one line up; false on the first line.</summary>
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

    /// <summary>Moves one line down; false on the last line.</summary>
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

    /// <summary>The lines to show and the position of the cursor in them.</summary>
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
                    // The cursor moves along with its character.
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

    /// <summary>Line ends become <c>\n</c>; other control characters than the tab are dropped.</summary>
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

    /// <summary>The end of the character at an index: what was typed may have combined with its neighbours.</summary>
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
