namespace Connect.Cli.Screens.Drawing;

/// <summary>A part of a line that has to be written anew.</summary>
internal readonly record struct Patch(int X, int Y, IReadOnlyList<Cell> Cells)
{
    /// <summary>What turns one screen into the next; all of it where there was none of that size.</summary>
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
