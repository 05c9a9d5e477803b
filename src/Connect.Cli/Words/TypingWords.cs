namespace Connect.Cli.Words;

/// <summary>Who is typing, in words.</summary>
internal static class TypingWords
{
    /// <param name="names">Their names, of which the first two are mentioned. Empty if nobody is typing.</param>
    public static string Of(IReadOnlyList<string> names) =>
        names.Count switch
        {
            0 => "",
            1 => $"{names[0]} is typing …",
            2 => $"{names[0]} and {names[1]} are typing …",
            _ => $"{names[0]}, {names[1]} and others are typing …",
        };
}
