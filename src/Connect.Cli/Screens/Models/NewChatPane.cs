using Connect.Cli.Keys;

namespace Connect.Cli.Screens.Models;

/// <summary>The question whom to chat with.</summary>
internal sealed class NewChatPane(IScreen screen)
{
    private const int NameChars = 64;

    /// <summary>The username typed so far.</summary>
    public Composer Name { get; } = new(NameChars);

    /// <summary>Whether the user is being looked up.</summary>
    public bool IsFinding { get; private set; }

    public void Start()
    {
        Name.Clear();
        IsFinding = false;
    }

    /// <summary>The lookup is over or no longer wanted.</summary>
    public void Stop() => IsFinding = false;

    public void Press(Key key)
    {
        switch (key)
        {
            case { Kind: KeyKind.Escape or KeyKind.Tab }:
                IsFinding = false;
                screen.FocusOn(screen.Open is null ? ScreenFocus.List : ScreenFocus.Composer);
                break;
            case { Kind: KeyKind.Enter } when !IsFinding && Name.Text.Trim().Length > 0:
                IsFinding = true;
                screen.Ask(new ScreenRequest.OpenDirect(Name.Text.Trim()));
                break;
            case { Kind: KeyKind.Enter }:
                break;
            default:
                Name.Press(key);
                break;
        }
    }
}
