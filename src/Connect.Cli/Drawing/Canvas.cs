namespace Connect.Cli.Drawing;

/// <summary>A screen in memory. Anything drawn outside it is clipped.</summary>
internal sealed class Canvas
{
    private readonly Cell[] _cells;

    public Canvas(int width, int height)
    {
        Width = Math.Max(0, width);
        Height = Math.Max(0, height);
        _cells = new Cell[Width * Height];
        Array.Fill(_cells, Cell.Empty);
    }

    public int Width { get; }

    public int Height { get; }

    public Cell this[int x, int y] => _cells[(y * Width) + x];

    /// <summary>Writes characters on a line and returns the column after them.</summary>
    public int Put(int x, int y, IEnumerable<Cluster> text, Ink ink, int end = int.MaxValue)
    {
        end = Math.Min(end, Width);
        if (y < 0 || y >= Height)
        {
            return x;
        }

        foreach (var cluster in text)
        {
            if (x + cluster.Width > end || x < 0)
            {
                break;
            }

            Set(x, y, new(cluster.Text, ink));
            if (cluster.Width == 2)
            {
                Set(x + 1, y, new("", ink));
            }

            x += cluster.Width;
        }

        return x;
    }

    /// <summary>Writes a text on a line and returns the column after it.</summary>
    public int Put(int x, int y, string text, Ink ink, int end = int.MaxValue) =>
        Put(x, y, SafeText.OneLine(text), ink, end);

    /// <summary>Changes the look of part of a line, including its empty columns.</summary>
    public void Paint(int x, int y, int end, Ink ink)
    {
        for (; x < Math.Min(end, Width) && y >= 0 && y < Height; x++)
        {
            _cells[(y * Width) + x] = _cells[(y * Width) + x] with { Ink = ink };
        }
    }

    /// <summary>Fills part of a line.</summary>
    public void Fill(int x, int y, int end, string text, Ink ink)
    {
        for (; x < Math.Min(end, Width) && y >= 0 && y < Height; x++)
        {
            Set(x, y, new(text, ink));
        }
    }

    /// <summary>The text of a line, for tests and debugging.</summary>
    public string Line(int y) => string.Concat(Enumerable.Range(0, Width).Select(x => this[x, y].Text)).TrimEnd();

    private void Set(int x, int y, Cell cell)
    {
        var at = (y * Width) + x;
        // Half of a wide character must not remain.
        if (_cells[at].Text.Length == 0 && cell.Text.Length > 0 && x > 0)
        {
            _cells[at - 1] = _cells[at - 1] with { Text = " " };
        }

        if (_cells[at].Text.Length > 0 && x + 1 < Width && _cells[at + 1].Text.Length == 0)
        {
            _cells[at + 1] = _cells[at + 1] with { Text = " " };
        }

        _cells[at] = cell;
    }
}

/// <summary>One column of one line.</summary>
/// <param name="Text">The character that starts here; empty = the second half of a wide one.</param>
/// <param name="Ink">Its look.</param>
internal readonly record struct Cell(string Text, Ink Ink)
{
    public static Cell Empty { get; } = new(" ", Ink.Text);
}
