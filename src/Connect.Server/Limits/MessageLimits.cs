namespace Connect.Server.Limits;

/// <summary>The sizes and times of what a client and the server write on a socket.</summary>
internal static class MessageLimits
{
    public static readonly IReadOnlyList<Limit> All =
    [
        new(
            "GatewayOptions.MessageBytes ProtocolLimits.ClientMessageBytes FrameLimits.MessageBytes",
            "bytes of a WebSocket message to the server",
            "`too_large`, close 4500",
            "FrameGuardTests.A_message_of_the_limit_passes_and_one_byte_more_does_not "
                + "SocketTests.Framing_that_would_cost_memory_is_told_and_closed"
        ),
        new(
            "GatewayOptions.MessageFragments ProtocolLimits.MessageFragments",
            "fragments of a message",
            "`bad_frame`, close 4500",
            "FrameGuardTests.A_message_may_have_32_fragments_and_control_frames_between_them_do_not_count"
        ),
        new(
            "GatewayOptions.MessageDeadline ProtocolLimits.MessageDeadline",
            "time from the first byte of a message to its last",
            "close 4500",
            "SessionClockTests.A_message_that_takes_longer_than_ten_seconds_closes "
                + "WebSocketLinkTests.A_message_that_does_not_end_is_closed_after_ten_seconds"
        ),
        new(
            "ProtocolLimits.FramesPerMessage FrameLimits.Frames",
            "frames in a message, both ways",
            "`too_large`, close 4500",
            "FrameLimitTests.A_message_may_hold_1024_frames_and_no_more"
        ),
        new(
            "ProtocolLimits.JsonDepth",
            "nesting of a JSON frame",
            "`bad_frame`, close 4500",
            "FrameLimitTests.Json_may_nest_to_the_limit_and_no_deeper"
        ),
        new(
            "GatewayOptions.TextBytes ProtocolLimits.TextBytes SendingOptions.TextBytes",
            "UTF-8 bytes of a text",
            "`too_large` for this request; the session lives",
            "SendTests.What_cannot_be_a_message_is_refused_with_the_field_at_fault"
        ),
        new(
            "ProtocolLimits.PositionsPerFrame FrameLimits.Positions",
            "positions in a part of a `sync` or in a `resume`",
            "`too_large`, close 4500",
            "FrameLimitTests.A_list_of_a_client_may_be_full_but_not_fuller"
        ),
        new(
            "ProtocolLimits.MarksPerFrame FrameLimits.Marks",
            "marks in a `mark`",
            "`too_large`, close 4500",
            "FrameLimitTests.A_list_of_a_client_may_be_full_but_not_fuller"
        ),
        new(
            "ProtocolLimits.WatchIdsPerFrame FrameLimits.WatchIds",
            "users in each list of a `watch`",
            "`too_large`, close 4500",
            "FrameLimitTests.A_list_of_a_client_may_be_full_but_not_fuller"
        ),
        new(
            "ProtocolLimits.OpenConversations FrameLimits.OpenConversations",
            "conversations in `state.open`",
            "`too_large`, close 4500",
            "FrameLimitTests.A_list_of_a_client_may_be_full_but_not_fuller"
        ),
        new(
            "ProtocolLimits.ConversationIdsPerFrame FrameLimits.ConversationIds",
            "ids in `conversations.ids`",
            "`too_large`, close 4500",
            "FrameLimitTests.A_list_of_a_client_may_be_full_but_not_fuller"
        ),
        new(
            "ProtocolLimits.ClientItemsPerFrame FrameLimits.Items",
            "items of all lists of a frame from a client",
            "`too_large`, close 4500",
            "FrameLimitTests.All_lists_of_a_frame_together_are_bounded"
        ),
        new(
            "ProtocolLimits.ServerListItems FrameLimits.ServerListItems",
            "items of a list in a frame from the server",
            "a reader refuses the frame; the server's pages end before",
            "FrameLimitTests.A_list_of_the_server_may_be_full_but_not_fuller"
        ),
        new(
            "ProtocolLimits.ServerItemsPerFrame",
            "items of all lists of a frame from the server",
            "a reader refuses the frame; the server's pages end before",
            "FrameLimitTests.All_lists_of_a_frame_together_are_bounded"
        ),
        new(
            "GatewayOptions.FlushBytes ProtocolLimits.ServerMessageBytes",
            "bytes of a message from the server",
            "what waits beyond goes into the next message",
            "PushTests.A_flush_has_a_limit"
        ),
        new(
            "GatewayOptions.PageBytes ProtocolLimits.PageBytes ReadingOptions.PageBytes",
            "bytes of a page (sync, history, conversations)",
            "the page ends; `more` or `has_more` says so",
            "SyncTests.Pages_end_at_128_KiB_and_go_oldest_first ListTests.A_page_of_the_list_ends_at_128_KiB"
        ),
        new(
            "ProtocolLimits.PageItems ReadingOptions.PageItems",
            "items of a page that is asked for (history, conversations)",
            "`invalid`",
            "ListTests.A_limit_above_200_and_a_made_up_cursor_are_refused "
                + "ListTests.History_takes_one_place_and_a_limit_of_200"
        ),
        new(
            "ProtocolLimits.NumberLimit ReadingOptions.NumberLimit",
            "the first value that no seq and no time may take",
            "`bad_frame`; over HTTP 400, `invalid`",
            "HostileFrameTests.Bad_json_is_refused_as_bad_frame "
                + "ConversationRouteTests.A_page_that_cannot_be_is_invalid"
        ),
        new(
            "ProtobufFrameReader.MaxLengthBytes",
            "bytes of the length before a binary frame",
            "`bad_frame`, close 4500",
            "HostileFrameTests.Bad_bytes_are_refused_as_bad_frame"
        ),
    ];
}
