namespace Connect.Cli.Screens;

/// <summary>What the screen asks of the program around it.</summary>
internal abstract record ScreenRequest
{
    /// <summary>Put a message into the outbox.</summary>
    public sealed record Send(string Conversation, string Text, long Seen) : ScreenRequest
    {
        /// <summary>Never the text: it must not get into a log.</summary>
        public override string ToString() => $"send {Conversation}";
    }

    /// <summary>Let the view of the open conversation load older entries.</summary>
    public sealed record LoadOlder(string Conversation) : ScreenRequest;

    /// <summary>The user has read up to here.</summary>
    public sealed record MarkRead(string Conversation, long Seq) : ScreenRequest;

    /// <summary>Find the direct conversation with somebody.</summary>
    public sealed record OpenDirect(string Username) : ScreenRequest;

    /// <summary>Read the names of a group's members; empty: of the contacts.</summary>
    public sealed record ReadNames(string Conversation) : ScreenRequest;

    /// <summary>Ask who has got and read a message.</summary>
    public sealed record ReadReaders(string Conversation, long Seq) : ScreenRequest;

    /// <summary>This conversation is on the screen now; empty = none.</summary>
    public sealed record View(string Conversation) : ScreenRequest;

    /// <summary>The user types, or emptied the draft.</summary>
    public sealed record Type(string Conversation, bool IsOn) : ScreenRequest;

    /// <summary>Accept or decline what a stranger wrote.</summary>
    public sealed record AnswerRequest(string Conversation, bool Accept) : ScreenRequest;

    /// <summary>Mute a conversation; null = not any more.</summary>
    public sealed record Mute(string Conversation, DateTimeOffset? Until) : ScreenRequest;

    /// <summary>Take a conversation out of the list until something above this seq comes; 0 = it has none.</summary>
    public sealed record Hide(string Conversation, long Seen) : ScreenRequest;

    /// <summary>End.</summary>
    public sealed record Quit : ScreenRequest;
}
