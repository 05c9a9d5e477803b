namespace Connect.Cli.Screens.Drawing;

/// <summary>One column of one line.</summary>
/// <param name="Text">What begins here; empty = the second half of what began before.</param>
/// <param name="Ink">How it looks.</param>
internal readonly record struct Cell(string Text, Ink Ink)
{
    public static Cell Empty { get; } = new(" ", Ink.Text);
}
