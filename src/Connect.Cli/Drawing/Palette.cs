using Spectre.Console;

namespace Connect.Cli.Drawing;

/// <summary>
/// How things look: the terminal's own foreground and background, and those of the 16 colours that are readable on both
/// a light and a dark background. Colour alone never carries a meaning.
/// </summary>
internal static class Palette
{
    private static readonly Color Red = 1;
    private static readonly Color Green = 2;
    private static readonly Color Magenta = 5;

    private static readonly Style[] Styles = [.. Enum.GetValues<Ink>().Select(Make)];

    public static Style Of(Ink ink) => Styles[(int)ink];

    private static Style Make(Ink ink) =>
        ink switch
        {
            Ink.Faint => new(decoration: Decoration.Dim),
            Ink.Strong or Ink.Own => new(decoration: Decoration.Bold),
            Ink.Peer => new(Magenta, decoration: Decoration.Bold),
            Ink.Good => new(Green),
            Ink.Trouble => new(Red, decoration: Decoration.Bold),
            Ink.Badge => new(Magenta, decoration: Decoration.Bold | Decoration.Invert),
            Ink.Chosen or Ink.Bar => new(decoration: Decoration.Invert),
            _ => Style.Plain,
        };
}

/// <summary>The role of a text on the screen; <see cref="Palette"/> decides how it looks.</summary>
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
