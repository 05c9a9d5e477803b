namespace Connect.Gateway.Memory;

/// <summary>How much of its memory a node uses.</summary>
internal enum MemoryLevel
{
    Calm,

    /// <summary>Nobody new is let in.</summary>
    Tight,

    /// <summary>Some of those within must go.</summary>
    Over,
}
