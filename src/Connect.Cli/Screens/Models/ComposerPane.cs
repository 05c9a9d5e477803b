using Connect.Cli.Keys;
using Connect.Cli.Screens.Chats;
using Connect.Cli.Words;

namespace Connect.Cli.Screens.Models;

/// <summary>The open conversation and its keys: writing, sending and scrolling.</summary>
internal sealed class ComposerPane(IScreen screen, ListPane list)
{
    /// <summary>The lines to scroll by. The next painting applies them, since it knows the lines.</summary>
    public int ScrollBy { get; private set; }

    /// <summary>The scrolling was painted, or is no longer wanted.</summary>
    public void EndScroll() => ScrollBy = 0;

    public void Press(Key key)
    {
        if (screen.Open is not { } chat)
        {
            screen.FocusOn(ScreenFocus.List);
            return;
        }

        switch (key)
        {
            case { Kind: KeyKind.Tab or KeyKind.Escape }:
                list.Choose(chat);
                screen.FocusOn(ScreenFocus.List);
                break;
            case { Kind: KeyKind.PageUp }:
                Scroll(chat, -Math.Max(1, screen.Page - 1));
                break;
            case { Kind: KeyKind.PageDown }:
                Scroll(chat, Math.Max(1, screen.Page - 1));
                break;
            case { Kind: KeyKind.End, Ctrl: true } or { Kind: KeyKind.End } when chat.Draft.IsEmpty:
                chat.ToEnd();
                ScrollBy = 0;
                break;
            case { Kind: KeyKind.Control, Text: "r" }:
                SendAgain(chat);
                break;
            case { Kind: KeyKind.Control, Text: "x" }:
                screen.Say(chat.TakeFailed() is null ? "There is no failed message." : "Dropped the failed message.");
                break;
            case { Kind: KeyKind.Text, Text: "?" } when chat.Draft.IsEmpty:
                screen.ShowHelp();
                break;
            case { Kind: KeyKind.Enter, Alt: false }:
                Send(chat);
                break;
            case { Kind: KeyKind.Up } when chat.Draft.IsEmpty || !chat.Draft.Up():
                Scroll(chat, chat.Draft.IsEmpty ? -1 : 0);
                break;
            case { Kind: KeyKind.Down } when chat.Draft.IsEmpty || !chat.Draft.Down():
                Scroll(chat, chat.Draft.IsEmpty ? 1 : 0);
                break;
            default:
                Edit(chat, key);
                break;
        }
    }

    /// <summary>Edits the draft; the others see that the user types, and that the draft is empty again.</summary>
    private void Edit(Chat chat, Key key)
    {
        var before = chat.Draft.Text;
        chat.Draft.MakeRoomFor(screen.TextBytes);
        if (!chat.Draft.Press(key))
        {
            screen.Say(Keys.Composer.NoRoom);
        }

        if (chat.Draft.Text != before)
        {
            screen.Ask(new ScreenRequest.Type(chat.Id, !chat.Draft.IsEmpty));
        }
    }

    private void Send(Chat chat)
    {
        var text = chat.Draft.Text;
        if (string.IsNullOrWhiteSpace(text))
        {
            return;
        }

        if (SizeWords.TooLong(text, screen.TextBytes) is { } reason)
        {
            screen.Say($"Not sent: {reason}");
            return;
        }

        screen.Ask(new ScreenRequest.Send(chat.Id, text, chat.Seen));
        chat.Draft.Clear();
        chat.EndNew();
        (chat.Bottom, ScrollBy) = (null, 0);
    }

    private void SendAgain(Chat chat)
    {
        if (chat.TakeFailed() is not { } failed)
        {
            screen.Say("There is no failed message.");
            return;
        }

        screen.Ask(new ScreenRequest.Send(chat.Id, failed.Text, chat.Seen));
        chat.Bottom = null;
    }

    private void Scroll(Chat chat, int lines)
    {
        ScrollBy += lines;
        // Scrolling up again retries loading older messages.
        chat.OlderFailed &= lines >= 0 || !screen.IsLive;
    }
}
