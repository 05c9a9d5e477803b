namespace Connect.Server.Limits;

/// <summary>How fast, by user, conversation, address and name.</summary>
internal static class RateLimitEntries
{
    public static readonly IReadOnlyList<Limit> All =
    [
        new(
            "RateOptions.SendBurst",
            "sends of a user at once, over all sessions",
            "`rate_limited` with a time to wait",
            "SessionRateTests.Sends_of_a_user_count_over_all_sessions_and_come_back_at_the_announced_rate "
                + "RateRouteTests.Sends_over_HTTP_count_with_those_of_the_sessions"
        ),
        new(
            "RateOptions.ConversationSends",
            "sends a second into one conversation",
            "`rate_limited` with a time to wait",
            "SessionRateTests.A_conversation_has_a_limit_of_its_own"
        ),
        new(
            "RateOptions.SyncsPerUser",
            "`sync` runs of a user a minute",
            "`rate_limited` with a time to wait",
            "SessionRateTests.Syncs_reads_and_new_tokens_have_limits_and_one_of_0_is_none"
        ),
        new(
            "RateOptions.SyncPagesPerUser",
            "parts of `sync`, and pages of it, of a user a minute",
            "`rate_limited` with a time to wait; the sync goes on",
            "SyncStallTests.Parts_and_pages_of_a_sync_have_a_rate_of_their_own_and_the_sync_goes_on"
        ),
        new(
            "RateOptions.ReadsPerUser",
            "pages of lists and history of a user a minute",
            "`rate_limited` with a time to wait",
            "SessionRateTests.Syncs_reads_and_new_tokens_have_limits_and_one_of_0_is_none "
                + "RateRouteTests.Requests_of_a_user_have_limits_and_another_user_of_the_address_his_own"
        ),
        new(
            "RateOptions.RequestsPerUser",
            "HTTP requests and `auth` frames of a user a minute",
            "`rate_limited` with a time to wait",
            "SessionRateTests.New_tokens_have_a_limit "
                + "RateRouteTests.Requests_of_a_user_have_limits_and_another_user_of_the_address_his_own"
        ),
        new(
            "RateOptions.LookupsPerUser",
            "look-ups of a username by a user a minute",
            "`rate_limited` with a time to wait",
            "RateRouteTests.Requests_of_a_user_have_limits_and_another_user_of_the_address_his_own"
        ),
        new(
            "RateOptions.ExportsPerUser",
            "exports of a user an hour",
            "`rate_limited` with a time to wait",
            "RateRouteTests.A_route_has_the_rate_it_names"
        ),
        new(
            "RateOptions.LoginsPerAddress",
            "logins from an address a minute",
            "`rate_limited` with a time to wait",
            "RateRouteTests.Logins_of_an_address_have_a_limit_whatever_the_names"
        ),
        new(
            "RateOptions.FailedLoginsPerAddress",
            "failed logins from an address an hour",
            "`rate_limited` with a time to wait",
            "RateRouteTests.Logins_of_an_address_have_a_limit_whatever_the_names"
        ),
        new(
            "RateOptions.FailedLoginsPerUsername",
            "failed logins to a name an hour",
            "`rate_limited` with a time to wait, whatever the password",
            "RateRouteTests.A_password_cannot_be_guessed_fast_and_one_who_knows_it_loses_nothing"
        ),
        new(
            "RateOptions.RefreshesPerAddress",
            "refreshes from an address a minute",
            "`rate_limited` with a time to wait",
            "RateRouteTests.Refreshes_of_an_address_have_a_limit"
        ),
        new(
            "RateOptions.RegistrationsPerAddress",
            "registrations from an address an hour",
            "`rate_limited` with a time to wait",
            "RateRouteTests.Registrations_of_an_address_have_a_limit"
        ),
        new(
            "RateOptions.RequestsPerAddress",
            "HTTP requests of an address a minute",
            "`rate_limited` with a time to wait",
            "RateRouteTests.Requests_of_an_address_have_a_limit_but_not_the_probes_of_health"
        ),
        new(
            "RateOptions.ConnectsPerAddress",
            "new connections of an address a minute",
            "closed before the TLS handshake",
            "ConnectionDoorTests.Too_many_new_connections_of_an_address_are_closed_and_others_are_not"
        ),
        new(
            "RateOptions.ConnectionsPerAddress",
            "connections, and sockets, of an address at a time",
            "a socket: 503 and `Retry-After`; an eighth above it: closed before the TLS handshake",
            "ConnectionDoorTests.Above_its_limit_an_address_gets_no_socket_and_above_the_reserve_no_connection"
        ),
        new(
            "RateOptions.RefusalsPerSession",
            "requests of a session refused as `rate_limited` a minute",
            "close 4005",
            "SessionRateTests.Who_goes_on_after_being_told_to_wait_is_closed"
        ),
        new(
            "RateOptions.Remembered",
            "users, conversations, addresses or names that a limit remembers",
            "those that used least are forgotten",
            "RateTests.A_flood_of_keys_neither_grows_the_table_nor_frees_the_one_that_is_at_its_limit"
        ),
    ];
}
