using System.Text;
using Connect.Cli.Drawing;
using Connect.Cli.Keys;

namespace Connect.Cli.Lines;

/// <summary>
/// The bottom of the terminal in line mode: who is typing, and the line being typed. Everything else is printed above
/// it. It returns what to write and does no I/O.
/// </summary>
internal sealed class LineFooter
{
    private const string Prompt = "› ";
    private const string EraseBelow = "\u001b[J";
    private const string LineUp = "\u001b[1A";
    private const string NewLine = "\r\n";

    private bool _hasStatus;
    private bool _isDrawn;

    public Composer Draft { get; } = new();

    /// <summary>The status line above the draft; empty = none.</summary>
    public string Status { get; set; } = "";

    /// <summary>Prints lines and draws the footer below them.</summary>
    public string Print(string text, int width)
    {
        var page = new StringBuilder(Erase());
        if (text.Length > 0)
        {
            page.Append(text.ReplaceLineEndings(NewLine)).Append(NewLine);
        }

        return page.Append(Draw(width)).ToString();
    }

    /// <summary>Redraws the footer.</summary>
    public string Redraw(int width) => Print("", width);

    /// <summary>Removes the footer; printed lines stay.</summary>
    public string Erase()
    {
        var erased = !_isDrawn ? "" : "\r" + (_hasStatus ? LineUp : "") + EraseBelow;
        (_isDrawn, _hasStatus) = (false, false);
        return erased;
    }

    private string Draw(int width)
    {
        (_isDrawn, _hasStatus) = (true, Status.Length > 0);
        var page = new StringBuilder();
        if (_hasStatus)
        {
            Append(page, TextLayout.Fit(SafeText.OneLine(Status), Math.Max(1, width - 1)));
            page.Append(NewLine);
        }

        var (shown, x) = Window(Math.Max(2, width - Prompt.Length - 1));
        page.Append(Prompt);
        Append(page, shown);
        return page.Append(System.Globalization.CultureInfo.InvariantCulture, $"\r\u001b[{Prompt.Length + x}C")
            .ToString();
    }

    /// <summary>The part of the draft around the cursor that fits, and the column of the cursor in it.</summary>
    private (List<Cluster> Shown, int X) Window(int room)
    {
        var before = SafeText.OneLine(Draft.Text[..Draft.Cursor]);
        var after = SafeText.OneLine(Draft.Text[Draft.Cursor..]);
        var x = before.Sum(each => each.Width);
        var from = 0;
        while (x >= room)
        {
            x -= before[from++].Width;
        }

        var shown = before[from..];
        var used = x;
        shown.AddRange(after.TakeWhile(each => (used += each.Width) <= room));
        return (shown, x);
    }

    private static void Append(StringBuilder page, List<Cluster> clusters) =>
        clusters.ForEach(each => page.Append(each.Text));
}
