using Connect.Cli.Screens.Chats;

namespace Connect.Cli.Screens.Models;

/// <summary>What a pane sees of the screen around it, and what it can ask it to do.</summary>
internal interface IScreen
{
    bool IsLive { get; }

    /// <summary>The maximum size of a message, in bytes of UTF-8.</summary>
    int TextBytes { get; }

    /// <summary>Messages older than this that are undelivered were not delivered in time.</summary>
    DateTimeOffset EndedBefore { get; }

    /// <summary>The lines of history on the screen, which is how far a page key scrolls.</summary>
    int Page { get; }

    IReadOnlyList<Chat> Chats { get; }

    /// <summary>The open conversation, if any.</summary>
    Chat? Open { get; }

    /// <summary>Requests something from the program around the screen.</summary>
    void Ask(ScreenRequest request);

    /// <summary>Shows a line to the user until the next key.</summary>
    void Say(string words);

    void FocusOn(ScreenFocus focus);

    /// <summary>Opens a conversation. If its new messages do not all fit, the first of them is at the top.</summary>
    void OpenChat(Chat chat);

    /// <summary>Accepts, declines, mutes or hides a conversation.</summary>
    /// <param name="chat">The conversation.</param>
    /// <param name="letter">One of a, d, m, h.</param>
    void Act(Chat chat, string letter);

    void StartNewChat();

    void ShowHelp();
}

/// <summary>What the keys go to.</summary>
internal enum ScreenFocus
{
    List,
    Composer,
    NewChat,
    Help,
    Readers,
}
