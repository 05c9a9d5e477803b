namespace Connect.Cli.Screens;

/// <summary>Where keys go.</summary>
internal enum ScreenFocus
{
    List,
    Composer,
    NewChat,
    Help,
    Readers,
}
