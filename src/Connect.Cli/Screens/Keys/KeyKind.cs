namespace Connect.Cli.Screens.Keys;

/// <summary>What was pressed.</summary>
internal enum KeyKind
{
    /// <summary>Something was typed.</summary>
    Text,

    /// <summary>Something was pasted.</summary>
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
