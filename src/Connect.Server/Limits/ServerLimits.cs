namespace Connect.Server.Limits;

/// <summary>What Kestrel and the host bound.</summary>
internal static class ServerLimits
{
    public static readonly IReadOnlyList<Limit> All =
    [
        new("ServerOptions.MaxConnections", "connections at a time", "a new connection is closed at once", ""),
        new(
            "TlsListeners.BodyBytes",
            "bytes of the body of a request",
            "413, `too_large`",
            "NodeTests.Too_large_a_body_is_refused"
        ),
        new("TlsListeners.HeaderBytes", "bytes of all headers of a request", "431 and the connection is closed", ""),
        new(
            "TlsListeners.HeadersDeadline",
            "time for the headers of a request",
            "408 and the connection is closed",
            ""
        ),
        new("TlsListeners.HandshakeDeadline", "time for the TLS handshake", "the connection is closed", ""),
        new(
            "TlsListeners.StreamsPerConnection",
            "requests at a time of one HTTP/2 connection",
            "HTTP/2 `REFUSED_STREAM`; a client waits by itself",
            ""
        ),
        new("HttpJsonContext.MaxDepth", "nesting of the JSON of a body", "400, `invalid`", ""),
        new(
            "SingleSilo.CallTimeout",
            "time of a call between grains",
            "`unknown_outcome` to the sender, who sends the same cid again",
            "ConversationRouteTests.A_writer_that_does_not_answer_is_an_unknown_outcome"
        ),
        new(
            "FatalStop.Patience",
            "time to stop in order after the store has failed",
            "the process ends itself at once",
            ""
        ),
    ];
}
