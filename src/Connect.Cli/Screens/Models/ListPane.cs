using Connect.Cli.Keys;
using Connect.Cli.Screens.Chats;

namespace Connect.Cli.Screens.Models;

/// <summary>The list of conversations and its keys.</summary>
internal sealed class ListPane(IScreen screen)
{
    /// <summary>The row that Enter opens.</summary>
    public int Chosen { get; private set; }

    public void Press(Key key)
    {
        switch (key)
        {
            case { Kind: KeyKind.Up } or { Kind: KeyKind.Text, Text: "k" }:
                Choose(Chosen - 1);
                break;
            case { Kind: KeyKind.Down } or { Kind: KeyKind.Text, Text: "j" }:
                Choose(Chosen + 1);
                break;
            case { Kind: KeyKind.PageUp or KeyKind.PageDown }:
                Choose(Chosen + (key.Kind == KeyKind.PageUp ? -screen.Page : screen.Page));
                break;
            case { Kind: KeyKind.Home or KeyKind.End }:
                Choose(key.Kind == KeyKind.Home ? 0 : int.MaxValue);
                break;
            case { Kind: KeyKind.Enter } when screen.Chats.Count > 0:
                Choose(Chosen);
                screen.OpenChat(screen.Chats[Chosen]);
                break;
            case { Kind: KeyKind.Enter } or { Kind: KeyKind.Text, Text: "n" }:
                screen.StartNewChat();
                break;
            case { Kind: KeyKind.Text, Text: "a" or "d" or "m" or "h" } when screen.Chats.Count > 0:
                Choose(Chosen);
                screen.Act(screen.Chats[Chosen], key.Text);
                break;
            case { Kind: KeyKind.Text, Text: "?" }:
                screen.ShowHelp();
                break;
            case { Kind: KeyKind.Text, Text: "q" }:
                screen.Ask(new ScreenRequest.Quit());
                break;
            case { Kind: KeyKind.Tab or KeyKind.Escape } when screen.Open is not null:
                screen.FocusOn(ScreenFocus.Composer);
                break;
        }
    }

    /// <summary>Goes to the row of a conversation.</summary>
    public void Choose(Chat chat) => Choose(screen.Chats.Index().FirstOrDefault(each => each.Item == chat).Index);

    private void Choose(int row) => Chosen = Math.Clamp(row, 0, Math.Max(0, screen.Chats.Count - 1));
}
