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

    /// <summary>Get entries below a seq.</summary>
    public sealed record LoadOlder(string Conversation, long Before) : ScreenRequest;

    /// <summary>The user has read up to here.</summary>
    public sealed record MarkRead(string Conversation, long Seq) : ScreenRequest;

    /// <summary>Find the direct conversation with somebody.</summary>
    public sealed record OpenDirect(string Username) : ScreenRequest;

    /// <summary>Read the names of a group's members.</summary>
    public sealed record ReadNames(string Conversation) : ScreenRequest;

    /// <summary>These conversations are on the screen now.</summary>
    public sealed record ShowOpen(IReadOnlyList<string> Conversations) : ScreenRequest;

    /// <summary>The user types, or emptied the draft.</summary>
    public sealed record Type(string Conversation, bool IsOn) : ScreenRequest;

    /// <summary>Accept or decline what a stranger wrote.</summary>
    public sealed record AnswerRequest(string Conversation, bool Accept) : ScreenRequest;

    /// <summary>Mute a conversation; null = not any more.</summary>
    public sealed record Mute(string Conversation, DateTimeOffset? Until) : ScreenRequest;

    /// <summary>Take a conversation out of the list until something new comes.</summary>
    public sealed record Hide(string Conversation) : ScreenRequest;

    /// <summary>End.</summary>
    public sealed record Quit : ScreenRequest;
}
