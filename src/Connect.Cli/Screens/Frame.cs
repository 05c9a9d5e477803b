using Connect.Cli.Screens.Drawing;

namespace Connect.Cli.Screens;

/// <summary>A painted screen.</summary>
/// <param name="Canvas">What is on it.</param>
/// <param name="Cursor">Where the cursor stands; null = nowhere.</param>
/// <param name="History">What of the open conversation could be read; null = it was not shown.</param>
internal sealed record Frame(Canvas Canvas, (int X, int Y)? Cursor, ShownHistory? History);
