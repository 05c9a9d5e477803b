namespace Connect.Cli.Screens.Chats;

/// <summary>A line of the history, whatever comes before and after: its element, and which line of it.</summary>
internal readonly record struct RowPlace(long Key, int Line);
