using Connect.Cli.Screens.Drawing;

namespace Connect.Cli.Screens.Chats;

/// <summary>One line of the history.</summary>
/// <param name="Place">Which.</param>
/// <param name="Left">What stands on the left.</param>
internal sealed record HistoryRow(RowPlace Place, IReadOnlyList<(List<Cluster> Text, Ink Ink)> Left)
{
    /// <summary>What stands on the right.</summary>
    public (string Text, Ink Ink) Right { get; init; } = ("", Ink.Text);

    /// <summary>The seq that is read to its end with this line; else 0.</summary>
    public long Seq { get; init; }

    /// <summary>A line across, with its text in the middle.</summary>
    public bool IsRule { get; init; }

    /// <summary>The line above the new messages.</summary>
    public bool IsNewLine { get; init; }
}
