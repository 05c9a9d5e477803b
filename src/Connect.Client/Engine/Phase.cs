namespace Connect.Client.Engine;

/// <summary>Where a connection is in its life.</summary>
internal enum Phase
{
    /// <summary>Until somebody asks.</summary>
    Stopped,

    /// <summary>Until the next attempt.</summary>
    Waiting,

    /// <summary>Getting a token and a connection.</summary>
    Opening,

    /// <summary>Until <c>welcome</c>.</summary>
    Greeting,

    /// <summary>In a session.</summary>
    Open,
}
