namespace Connect.Server.Limits;

/// <summary>What one session may cost.</summary>
internal static class SessionLimits
{
    public static readonly IReadOnlyList<Limit> All =
    [
        new(
            "GatewayOptions.HelloDeadline ProtocolLimits.HelloDeadline",
            "time from the upgrade to `hello`",
            "`hello_expected`, close 4500",
            "HelloTests.No_hello_in_five_seconds_closes"
        ),
        new(
            "GatewayOptions.PingInterval ProtocolLimits.PingInterval",
            "time between two pings; 1.5 × this + 5 s without a byte",
            "close 4003",
            "SessionClockTests.Silence_of_42_5_seconds_closes_with_ping_timeout"
        ),
        new(
            "GatewayOptions.InFlight ProtocolLimits.InFlight",
            "unanswered requests of a session",
            "the socket is not read until some are answered",
            "SendTests.Above_in_flight_the_socket_is_not_read_and_marks_do_not_count"
        ),
        new(
            "GatewayOptions.MarksInFlight",
            "unanswered `mark` requests of a session",
            "the socket is not read until some are answered",
            "SendTests.Above_the_marks_in_flight_the_socket_is_not_read"
        ),
        new(
            "GatewayOptions.AppendBatch",
            "messages of one append of a session",
            "the others are gathered into the next",
            "SendTests.What_comes_while_a_batch_is_out_is_gathered_in_order_into_batches_of_64"
        ),
        new(
            "GatewayOptions.SendRate ProtocolLimits.SendRate",
            "sends of a user in a second",
            "`rate_limited` with a time to wait",
            "SessionRateTests.Sends_of_a_user_count_over_all_sessions_and_come_back_at_the_announced_rate"
        ),
        new(
            "GatewayOptions.QueueSoftBytes",
            "bytes waiting for a socket (soft)",
            "receipts are coalesced, the last one wins",
            "PushTests.Above_the_soft_limit_receipts_are_coalesced_and_the_last_wins"
        ),
        new(
            "GatewayOptions.QueueHardBytes",
            "bytes waiting for a socket (hard)",
            "entries become hints, pages wait, the socket is not read",
            "PushTests.Above_the_hard_limit_entries_become_one_hint_per_conversation "
                + "PushTests.Pages_wait_until_the_queue_has_room "
                + "StalledMemberTests.A_socket_that_stalls_in_a_busy_group_is_bounded_and_closed_and_disturbs_nobody"
        ),
        new(
            "PageLane.MostBytes",
            "bytes of requests of a session that wait for their turn to be answered with pages",
            "the socket is not read until some are answered",
            "SyncStallTests.Requests_that_wait_for_their_turn_are_bounded_in_bytes"
        ),
        new(
            "GatewayOptions.QueueHints",
            "hints, and receipts, waiting for a socket",
            "`lagging`: the client syncs again",
            "PushTests.With_too_many_hints_the_session_lags_until_it_syncs_again "
                + "LaggingMemberTests.One_that_reads_20_kB_a_second_is_told_that_it_is_behind_and_gets_everything"
        ),
        new(
            "GatewayOptions.TypingRate",
            "frames of `typing` of a user in a second",
            "more are ignored",
            "TypingTests.Too_many_words_are_ignored_whatever_the_number_of_devices"
        ),
        new(
            "GatewayOptions.StateRate",
            "changes of `state` of a user in a second",
            "more wait, and the last one counts",
            "StateTests.A_state_that_changes_too_fast_is_heard_later_and_the_last_word_counts"
        ),
        new(
            "ProtocolLimits.TypingDuration TypingOptions.Duration",
            "time for which somebody types without being told again",
            "it ends",
            "TypingTests.It_ends_by_itself_and_is_not_told_again_while_it_lasts"
        ),
        new(
            "ProtocolLimits.TypingNames",
            "names in a push of typing",
            "those who began first are named",
            "TypingRulesTests.A_view_names_the_first_who_type_and_ends_each_by_itself"
        ),
        new(
            "ProtocolLimits.TypistsPerConversation TypingOptions.TypistsPerConversation",
            "users who type in one conversation and are told of, of one node",
            "more are told to nobody",
            "TypingRulesTests.A_board_tells_rarely_and_of_few_but_never_forgets_to_tell_again"
        ),
        new(
            "GatewayOptions.TypingConversations TypingOptions.Conversations",
            "conversations of a node with somebody who types",
            "typing in more is told to nobody",
            "TypingRulesTests.A_board_is_bounded_and_makes_room_for_what_is_over"
        ),
        new(
            "GatewayOptions.MemberMemory TypingOptions.MemberMemory",
            "time for which members are remembered for `typing`",
            "they are read again",
            "MemberCacheTests.Members_are_read_once_and_again_after_the_memory"
        ),
        new(
            "GatewayOptions.PeerTimeout",
            "silence of a peer that owes an answer",
            "the connection is closed; its user is offline 1.5 s later",
            "VanishedPeerTests.A_peer_that_vanishes_is_noticed_in_10_seconds_whether_or_not_it_is_written_to "
                + "PeerStateTests.Only_a_silent_peer_that_owes_an_answer_is_gone"
        ),
        new(
            "GatewayOptions.SlowConsumerDeadline",
            "time without any progress of a write",
            "close 4002",
            "PushTests.A_reader_without_any_progress_for_30_seconds_is_a_slow_consumer "
                + "SlowReaderTests.One_that_never_reads_disturbs_nobody_and_recovers_by_sync "
                + "StalledMemberTests.A_socket_that_stalls_in_a_busy_group_is_bounded_and_closed_and_disturbs_nobody"
        ),
        new(
            "GatewayOptions.SyncPageEntries",
            "entries of a page of `sync`",
            "the page ends; `more` says so",
            "SyncPropertyTests.A_device_that_synced_while_others_wrote_lacks_nothing"
        ),
        new(
            "GatewayOptions.SyncPageConversations",
            "conversations looked at for a page of `sync`",
            "the page ends; `more` says so",
            "SyncPropertyTests.A_device_that_synced_while_others_wrote_lacks_nothing"
        ),
        new(
            "GatewayOptions.SyncPositions",
            "positions of a `sync`, all parts together",
            "`too_large` for this request; the session lives",
            "SyncTests.More_positions_than_the_limit_are_too_large_and_the_session_lives"
        ),
        new(
            "GatewayOptions.SyncDeadline",
            "time for the next part or page of a `sync`",
            "close 4002",
            "SyncStallTests.A_sync_that_stalls_between_its_parts_or_pages_is_closed"
        ),
        new(
            "GatewayOptions.SyncWindow ProtocolLimits.SyncWindow",
            "age of what a `sync` gives",
            "older ranges are named as `expired`; the history has them",
            "SyncTests.What_is_older_than_the_window_is_named_as_expired"
        ),
        new(
            "GatewayOptions.CloseLinger",
            "time for the goodbye of a closed socket",
            "the connection is cut",
            "SessionClockTests.A_goodbye_that_takes_too_long_is_cut"
        ),
        new(
            "GatewayOptions.DrainDeadline",
            "time for what is in flight when the node stops",
            "closed with 4000",
            "SessionClockTests.Drain_closes_at_its_deadline_what_does_not_finish"
        ),
        new(
            "GatewayOptions.KnownUsers NameOptions.KnownUsers",
            "users whose name a node remembers",
            "the oldest half is forgotten and asked of the store again",
            "KnownUsersTests.Above_the_limit_the_oldest_half_is_forgotten_and_asked_again"
        ),
    ];
}
