using Connect.Cli.Keys;
using Connect.Cli.Screens.Chats;
using Connect.Cli.Screens.Pages;
using Connect.Cli.Words;
using Connect.Client;

namespace Connect.Cli.Screens.Models;

/// <summary>The help. Arrows scroll it, any other key closes it.</summary>
internal sealed class HelpPane(IScreen screen)
{
    private ScreenFocus _before;

    /// <summary>The first line in view.</summary>
    public int From { get; private set; }

    public void Show(ScreenFocus before)
    {
        (_before, From) = (before, 0);
        screen.FocusOn(ScreenFocus.Help);
    }

    public void Press(Key key)
    {
        if (key.Kind is KeyKind.Up or KeyKind.Down)
        {
            From = Math.Clamp(From + (key.Kind == KeyKind.Up ? -1 : 1), 0, HelpPage.For(0).Count);
            return;
        }

        screen.FocusOn(_before);
    }
}

/// <summary>Who has read a message of this user. Arrows scroll it, any other key closes it.</summary>
internal sealed class ReadersPane(IScreen screen)
{
    public ReadersPage? Page { get; private set; }

    /// <summary>The first line in view.</summary>
    public int From { get; private set; }

    /// <summary>Asks who has read the newest own message in view.</summary>
    public void Show(Chat chat)
    {
        var own = chat
            .Items.LastOrDefault(item => chat.IsOwn(item) && (chat.Bottom is not { } bottom || item.From <= bottom.Key))
            ?.Message();
        if (own is null)
        {
            screen.Say("There is no message of yours here.");
        }
        else if (!screen.IsLive)
        {
            screen.Say("There is no connection, and only the server knows who has read it.");
        }
        else
        {
            (Page, From) = (new(own.Seq, own.Text, null) { IsOld = own.Time < screen.EndedBefore }, 0);
            screen.FocusOn(ScreenFocus.Readers);
            screen.Ask(new ScreenRequest.ReadReaders(chat.Id, own.Seq));
        }
    }

    /// <summary>The server has answered.</summary>
    public void Learn(long seq, IEnumerable<MemberPlace> others)
    {
        if (Page?.Seq == seq)
        {
            Page = Page with { Places = [.. others] };
        }
    }

    /// <summary>The server has not answered.</summary>
    public void Fail(long seq)
    {
        if (Page?.Seq == seq)
        {
            Close();
            screen.Say("The server did not answer who has read it.");
        }
    }

    public void Press(Key key)
    {
        if (key.Kind is KeyKind.Up or KeyKind.Down)
        {
            var lines = Page?.Places?.Count ?? 0;
            From = Math.Clamp(From + (key.Kind == KeyKind.Up ? -1 : 1), 0, lines);
            return;
        }

        Close();
    }

    private void Close()
    {
        Page = null;
        screen.FocusOn(screen.Open is null ? ScreenFocus.List : ScreenFocus.Composer);
    }
}
