namespace Connect.Conversations.History;

/// <summary>How much one page of a conversation, or of the list of conversations, may hold.</summary>
public sealed class ReadingOptions
{
    /// <summary>Seqs, times and counts are below 2^53, so that they are exact as JSON numbers.</summary>
    public const long NumberLimit = 1L << 53;

    /// <summary>The most items a page may be asked for.</summary>
    public const int PageItems = 200;

    /// <summary>The items of a page when no limit is given.</summary>
    public const int DefaultPageItems = 50;

    /// <summary>A page ends before it outgrows this, in bytes.</summary>
    public int PageBytes { get; set; } = 131_072;
}
