using Connect.Cli.Drawing;
using Connect.Cli.Words;
using Connect.Client;

namespace Connect.Cli.Screens.Pages;

/// <summary>Who had received and read one message of this user when the server was asked.</summary>
/// <param name="Seq">The message.</param>
/// <param name="Text">Its text.</param>
/// <param name="Places">How far the other members have come; null until the server answers.</param>
internal sealed record ReadersPage(long Seq, string Text, IReadOnlyList<MemberPlace>? Places)
{
    /// <summary>The message is so old that nobody is going to get it in time any more.</summary>
    public bool IsOld { get; init; }

    private static readonly (ReaderState State, string Title)[] Titles =
    [
        (ReaderState.Read, "✓✓ read by"),
        (ReaderState.Delivered, "✓✓ delivered, not read by"),
        (ReaderState.NotYet, "✓ not yet delivered to"),
        (ReaderState.NotInTime, "⊘ not delivered in time to"),
    ];

    /// <summary>Never the text, which must not get into a log.</summary>
    public override string ToString() => $"readers of {Seq}";

    /// <summary>The lines of the page: readers first, then those who received it, then the others.</summary>
    public List<(string Text, Ink Ink)> Lines(Func<string, string> nameOf)
    {
        if (Places is not { } places)
        {
            return [("asking …", Ink.Faint)];
        }

        var groups = places.ToLookup(place => ReaderWords.Of(place, Seq, IsOld));
        var lines = new List<(string, Ink)>();
        foreach (var (state, title) in Titles)
        {
            if (groups[state].Any())
            {
                var ink = state == ReaderState.Read ? Ink.Good : Ink.Strong;
                lines.Add(($"{title} {groups[state].Count()} of {places.Count}", ink));
                var names = groups[state].Select(place => nameOf(place.User)).Order(StringComparer.Ordinal);
                lines.AddRange(names.Select(name => ("  " + name, Ink.Text)));
            }
        }

        return lines.Count > 0 ? lines : [("Nobody else is here.", Ink.Faint)];
    }

    public void Paint(Canvas canvas, int top, int bottom, int from, Func<string, string> nameOf)
    {
        var width = canvas.Width - 2;
        canvas.Put(1, top, TextLayout.Fit(SafeText.OneLine(Text), width), Ink.Own);
        var lines = Lines(nameOf);
        top += 2;
        from = Math.Clamp(from, 0, Math.Max(0, lines.Count - (bottom - top)));
        for (var at = from; at < lines.Count && top + at - from < bottom; at++)
        {
            var (text, ink) = lines[at];
            canvas.Put(1, top + at - from, TextLayout.Fit(SafeText.OneLine(text), width), ink);
        }
    }
}
