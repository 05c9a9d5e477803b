namespace Connect.Cli.Screens.Keys;

/// <summary>A key of the terminal.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Text">What was typed or pasted; of a key with Ctrl its letter in lower case.</param>
/// <param name="Alt">With Alt (or Esc before it).</param>
/// <param name="Ctrl">With Ctrl, of a key that is not a letter.</param>
internal readonly record struct Key(KeyKind Kind, string Text = "", bool Alt = false, bool Ctrl = false)
{
    public static Key Of(string text) => new(KeyKind.Text, text);

    public static Key Control(char letter) => new(KeyKind.Control, letter.ToString());
}
