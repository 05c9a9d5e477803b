namespace Connect.Cli.Drawing;

/// <summary>Fits text into columns.</summary>
internal static class TextLayout
{
    private static readonly Cluster Ellipsis = new("…", 1);

    /// <summary>
    /// Wraps text to a width: at line ends, otherwise at spaces, otherwise within a word. Only the spaces at which a
    /// line was broken are dropped.
    /// </summary>
    public static List<List<Cluster>> Wrap(IEnumerable<Cluster> text, int width)
    {
        width = Math.Max(2, width);
        var lines = new List<List<Cluster>>();
        var line = new List<Cluster>();
        var used = 0;
        foreach (var cluster in text)
        {
            if (cluster.IsLineEnd)
            {
                lines.Add(line);
                line = [];
                used = 0;
                continue;
            }

            if (used + cluster.Width > width)
            {
                var rest = Break(line, cluster);
                lines.Add(line);
                line = rest;
                used = rest.Sum(each => each.Width);
                if (cluster.IsSpace)
                {
                    continue;
                }
            }

            line.Add(cluster);
            used += cluster.Width;
        }

        lines.Add(line);
        return lines;
    }

    /// <summary>One line of at most this width, cut with an ellipsis if necessary.</summary>
    public static List<Cluster> Fit(List<Cluster> text, int width)
    {
        if (width <= 0)
        {
            return [];
        }

        if (text.Sum(each => each.Width) <= width)
        {
            return text;
        }

        var used = 0;
        var count = 0;
        while (used + text[count].Width <= width - 1)
        {
            used += text[count++].Width;
        }

        return [.. text[..count], Ellipsis];
    }

    /// <summary>Removes from a full line the part that belongs on the next one.</summary>
    private static List<Cluster> Break(List<Cluster> line, Cluster next)
    {
        if (next.IsSpace)
        {
            return [];
        }

        var space = line.FindLastIndex(each => each.IsSpace);
        // If the only spaces are leading ones, as in indented code, break where the line is full.
        if (space <= 0 || line.TrueForAll(each => each.IsSpace) || line[..space].TrueForAll(each => each.IsSpace))
        {
            return [];
        }

        var rest = line[(space + 1)..];
        line.RemoveRange(space, line.Count - space);
        return rest;
    }
}
