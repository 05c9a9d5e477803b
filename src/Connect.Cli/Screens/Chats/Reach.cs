namespace Connect.Cli.Screens.Chats;

/// <summary>How many of the other members have got and read a message.</summary>
internal readonly record struct Reach(int Delivered, int Read, int All);
