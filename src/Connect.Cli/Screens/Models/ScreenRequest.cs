namespace Connect.Cli.Screens.Models;

/// <summary>What the screen asks of the program around it.</summary>
internal abstract record ScreenRequest
{
    /// <summary>Put a message into the outbox.</summary>
    public sealed record Send(string Conversation, string Text, long Seen) : ScreenRequest
    {
        /// <summary>Never the text, which must not get into a log.</summary>
        public override string ToString() => $"send {Conversation}";
    }

    /// <summary>Load older entries into the view of the open conversation.</summary>
    public sealed record LoadOlder(string Conversation) : ScreenRequest;

    /// <summary>The user has read up to here.</summary>
    public sealed record MarkRead(string Conversation, long Seq) : ScreenRequest;

    /// <summary>Find the direct conversation with a user.</summary>
    public sealed record OpenDirect(string Username) : ScreenRequest;

    /// <summary>Read the names of a group's members, or of the contacts if empty.</summary>
    public sealed record ReadNames(string Conversation) : ScreenRequest;

    /// <summary>Ask who has received and read a message.</summary>
    public sealed record ReadReaders(string Conversation, long Seq) : ScreenRequest;

    /// <summary>Open the view of a conversation and close the one before; empty = only close.</summary>
    public sealed record View(string Conversation) : ScreenRequest;

    /// <summary>The user is typing, or has emptied the draft.</summary>
    public sealed record Type(string Conversation, bool IsOn) : ScreenRequest;

    /// <summary>Accept or decline a message request.</summary>
    public sealed record AnswerRequest(string Conversation, bool Accept) : ScreenRequest;

    /// <summary>Mute a conversation; null = unmute it.</summary>
    public sealed record Mute(string Conversation, DateTimeOffset? Until) : ScreenRequest;

    /// <summary>Hide a conversation until it has an entry above this seq; 0 = it has none yet.</summary>
    public sealed record Hide(string Conversation, long Seen) : ScreenRequest;

    /// <summary>Quit the program.</summary>
    public sealed record Quit : ScreenRequest;
}
