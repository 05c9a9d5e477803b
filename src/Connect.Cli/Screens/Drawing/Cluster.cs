namespace Connect.Cli.Screens.Drawing;

/// <summary>What a terminal shows as one character, and how many of its columns that takes: 1 or 2.</summary>
internal readonly record struct Cluster(string Text, int Width)
{
    /// <summary>The end of a line; it takes no column.</summary>
    public static Cluster LineEnd { get; } = new("\n", 0);

    public static Cluster Space { get; } = new(" ", 1);

    public bool IsLineEnd => Text == "\n";

    public bool IsSpace => Text == " ";
}
