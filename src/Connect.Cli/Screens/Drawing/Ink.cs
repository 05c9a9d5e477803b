namespace Connect.Cli.Screens.Drawing;

/// <summary>What a text on the screen is; the <see cref="Palette"/> says how that looks.</summary>
internal enum Ink
{
    Text,
    Faint,
    Strong,
    Peer,
    Own,
    Good,
    Trouble,
    Badge,
    Chosen,
    Bar,
}
