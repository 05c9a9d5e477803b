namespace Connect.Server.Limits;

/// <summary>What Kestrel and the host bound.</summary>
internal static class ServerLimits
{
    public static readonly IReadOnlyList<Limit> All =
    [
        new(
            "ServerOptions.MaxConnections",
            "connections, and sockets, at a time",
            "a socket: 503 and `Retry-After`; an eighth above it: closed at once",
            "ConnectionDoorTests.Counts_of_all_and_of_each_address_never_pass_their_limits_and_end_at_nothing"
        ),
        new(
            "MemoryOptions.LimitBytes",
            "memory of the process; 0 is three quarters of what there is",
            "from 85 % on a new socket: 503; above it sessions are closed with 4005, those that hold most first",
            "MemoryGuardTests.A_node_over_its_memory_sends_the_heaviest_away_and_lets_nobody_in_until_it_is_calm"
        ),
        new(
            "MemoryOptions.ActiveConversations",
            "conversations written to lately that a node holds",
            "those idle for longest are put away",
            "ActivationTableTests.However_many_conversations_are_written_to_the_node_holds_no_more_than_its_limit "
                + "GrainsInASiloTests.Writers_above_their_limit_end_and_go_on_when_they_are_written_to_again"
        ),
        new(
            "MemoryPolicy.MostToShed",
            "sessions closed for want of memory at a time whatever they hold",
            "the others are looked at after a collection, a second later at the earliest",
            "MemoryGuardTests.Some_sessions_go_at_a_time_but_at_least_one_while_there_is_one"
        ),
        new(
            "ProxyOptions.HeaderDeadline",
            "time for the header of the PROXY protocol",
            "the connection is closed",
            "ProxyProtocolTests.A_balancer_that_says_nothing_is_refused_at_the_deadline"
        ),
        new(
            "ProxyHeader.MaxBytes",
            "bytes of addresses and TLVs of such a header",
            "the connection is closed",
            "ProxyHeaderTests.What_is_no_header_is_refused_before_more_is_waited_for"
        ),
        new(
            "ProxyTextHeader.MaxBytes",
            "bytes of such a header in version 1",
            "the connection is closed",
            "ProxyTextHeaderTests.A_line_without_an_end_is_refused_at_107_bytes"
        ),
        new(
            "ForwardedAddress.MaxHops",
            "addresses that proxies say of a request",
            "those before are not looked at",
            "ForwardedAddressTests.No_more_hops_are_looked_at_than_the_limit"
        ),
        new(
            "TlsListeners.HeaderCount",
            "headers of a request",
            "431 and the connection is closed",
            "HttpLimitTests.A_request_has_64_headers"
        ),
        new(
            "TlsListeners.LineBytes",
            "bytes of the first line of a request, and of a header of HTTP/2",
            "414 or 431 and the connection is closed",
            "HttpLimitTests.The_first_line_has_8_KiB"
        ),
        new(
            "TlsListeners.TableBytes",
            "bytes of headers that HTTP/2 remembers",
            "the oldest are forgotten",
            "HttpLimitTests.An_HTTP_2_connection_is_told_its_limits"
        ),
        new(
            "TlsListeners.BodyBytesPerSecond",
            "slowest pace of a body, bytes a second",
            "408 and the connection is closed",
            "SlowClientTests.One_byte_a_second_is_cut_at_each_deadline_and_disturbs_nobody"
        ),
        new(
            "TlsListeners.BodyGrace",
            "time in which a body may be slower",
            "the pace holds",
            "SlowClientTests.One_byte_a_second_is_cut_at_each_deadline_and_disturbs_nobody"
        ),
        new(
            "TlsListeners.IdleDeadline",
            "time of a connection without a request",
            "it is closed",
            "HttpLimitTests.A_connection_without_a_request_is_closed_after_a_minute"
        ),
        new(
            "TlsListeners.BodyBytes",
            "bytes of the body of a request",
            "413, `too_large`",
            "NodeTests.Too_large_a_body_is_refused"
        ),
        new(
            "TlsListeners.HeaderBytes",
            "bytes of all headers of a request",
            "431 and the connection is closed",
            "HttpLimitTests.All_headers_together_have_16_KiB"
        ),
        new(
            "TlsListeners.HeadersDeadline",
            "time for the headers of a request",
            "408 and the connection is closed",
            "SlowClientTests.One_byte_a_second_is_cut_at_each_deadline_and_disturbs_nobody"
        ),
        new(
            "TlsListeners.HandshakeDeadline",
            "time for the TLS handshake",
            "the connection is closed",
            "SlowClientTests.One_byte_a_second_is_cut_at_each_deadline_and_disturbs_nobody"
        ),
        new(
            "TlsListeners.StreamsPerConnection",
            "requests at a time of one HTTP/2 connection",
            "HTTP/2 `REFUSED_STREAM`; a client waits by itself",
            "HttpLimitTests.An_HTTP_2_connection_is_told_its_limits"
        ),
        new(
            "HttpJsonContext.MaxDepth",
            "nesting of the JSON of a body",
            "400, `invalid`",
            "ProblemTests.JSON_nests_to_the_limit_and_no_deeper"
        ),
        new(
            "SingleSilo.CallTimeout",
            "time of a call between grains",
            "`unknown_outcome` to the sender, who sends the same cid again",
            "ConversationRouteTests.A_writer_that_does_not_answer_is_an_unknown_outcome"
        ),
        new(
            "WebClientFolder.MaxFiles",
            "files of the web client",
            "the web client is not served, and the log says so",
            "WebClientFolderTests.A_folder_with_too_many_files_or_bytes_is_not_taken"
        ),
        new(
            "WebClientFolder.MaxBytes",
            "bytes of the files of the web client, which are kept in memory",
            "the web client is not served, and the log says so",
            "WebClientFolderTests.A_folder_with_too_many_files_or_bytes_is_not_taken"
        ),
        new(
            "FatalStop.Patience",
            "time to stop in order after the store has failed",
            "the process ends itself at once",
            "FatalStopTests.What_does_not_stop_in_10_seconds_is_ended_at_once"
        ),
    ];
}
