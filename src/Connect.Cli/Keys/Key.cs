namespace Connect.Cli.Keys;

/// <summary>A key press.</summary>
/// <param name="Kind">The key.</param>
/// <param name="Text">The text typed or pasted; for Ctrl with a letter, the letter in lower case.</param>
/// <param name="Alt">With Alt (or preceded by Esc).</param>
/// <param name="Ctrl">With Ctrl, for a key that is not a letter.</param>
internal readonly record struct Key(KeyKind Kind, string Text = "", bool Alt = false, bool Ctrl = false)
{
    public static Key Of(string text) => new(KeyKind.Text, text);

    public static Key Control(char letter) => new(KeyKind.Control, letter.ToString());
}

/// <summary>The key that was pressed.</summary>
internal enum KeyKind
{
    /// <summary>Typed text.</summary>
    Text,

    /// <summary>Pasted text.</summary>
    Paste,

    /// <summary>A letter with Ctrl.</summary>
    Control,
    Enter,
    Tab,
    Escape,
    Backspace,
    Delete,
    Up,
    Down,
    Left,
    Right,
    Home,
    End,
    PageUp,
    PageDown,
    Help,
}
