namespace Connect.Cli.Screens.Chats;

/// <summary>A line of the history that stays where it is when others come: its element, and which of its lines.</summary>
internal readonly record struct RowPlace(long Key, int Line);
