namespace Connect.Protocol.Frames;

/// <summary>
/// What a reader accepts. Everything here is checked before memory is spent on what is refused; above a limit the
/// reader answers <see cref="ErrorCode.TooLarge"/>.
/// </summary>
public sealed record FrameLimits
{
    /// <summary>The limits of frames that a client sends.</summary>
    public static FrameLimits FromClient { get; } = new();

    /// <summary>The limits of frames that the server sends.</summary>
    public static FrameLimits FromServer { get; } =
        new()
        {
            MessageBytes = ProtocolLimits.ServerMessageBytes,
            Positions = ProtocolLimits.ServerListItems,
            Items = ProtocolLimits.ServerItemsPerFrame,
        };

    /// <summary>Bytes of one WebSocket message.</summary>
    public int MessageBytes { get; init; } = ProtocolLimits.ClientMessageBytes;

    /// <summary>Frames in one WebSocket message.</summary>
    public int Frames { get; init; } = ProtocolLimits.FramesPerMessage;

    /// <summary>Positions in one list.</summary>
    public int Positions { get; init; } = ProtocolLimits.PositionsPerFrame;

    /// <summary>Marks in one <c>mark</c>.</summary>
    public int Marks { get; init; } = ProtocolLimits.MarksPerFrame;

    /// <summary>User ids in each list of a <c>watch</c>.</summary>
    public int WatchIds { get; init; } = ProtocolLimits.WatchIdsPerFrame;

    /// <summary>Conversations in <c>state.open</c>.</summary>
    public int OpenConversations { get; init; } = ProtocolLimits.OpenConversations;

    /// <summary>Ids in <c>conversations.ids</c>.</summary>
    public int ConversationIds { get; init; } = ProtocolLimits.ConversationIdsPerFrame;

    /// <summary>Items in each other list; only frames of the server have any.</summary>
    public int ServerListItems { get; init; } = ProtocolLimits.ServerListItems;

    /// <summary>All items of all lists in one frame.</summary>
    public int Items { get; init; } = ProtocolLimits.ClientItemsPerFrame;
}
