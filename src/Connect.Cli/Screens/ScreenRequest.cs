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

    /// <summary>Read the list of the conversations.</summary>
    public sealed record ReadList : ScreenRequest;

    /// <summary>End.</summary>
    public sealed record Quit : ScreenRequest;
}
