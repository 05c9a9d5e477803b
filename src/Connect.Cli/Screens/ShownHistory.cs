using Connect.Cli.Screens.Chats;

namespace Connect.Cli.Screens;

/// <summary>What of the open conversation was on the screen.</summary>
/// <param name="Height">The lines of the history.</param>
/// <param name="Seq">The highest seq that could be read to its end; 0 = none.</param>
/// <param name="Bottom">The last line in view; null = the newest.</param>
/// <param name="AtTop">The oldest line in memory was in view.</param>
internal readonly record struct ShownHistory(int Height, long Seq, RowPlace? Bottom, bool AtTop);
