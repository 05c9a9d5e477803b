namespace Connect.Cli.Screens.Chats;

/// <summary>How far one of the user's own messages has come.</summary>
internal enum Tick
{
    Queued,
    Sent,
    Delivered,
    Read,
    Failed,
    PerhapsNotSent,
}
