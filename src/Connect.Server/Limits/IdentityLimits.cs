namespace Connect.Server.Limits;

/// <summary>Names, passwords, tokens and devices.</summary>
internal static class IdentityLimits
{
    public static readonly IReadOnlyList<Limit> All =
    [
        new(
            "Username.MinLength",
            "characters of a username, at least",
            "400, `invalid`, `username`",
            "RegistrationTests.A_bad_username_is_refused"
        ),
        new(
            "Username.MaxLength",
            "characters of a username, at most",
            "400, `invalid`, `username`",
            "RegistrationTests.A_bad_username_is_refused"
        ),
        new(
            "PasswordRules.MinCharacters",
            "characters of a password, at least",
            "400, `invalid`, `password`",
            "RegistrationTests.A_password_has_eight_characters_of_text"
        ),
        new(
            "PasswordRules.MaxCharacters",
            "characters of a password, at most",
            "400, `invalid`, `password`",
            "RegistrationTests.A_password_has_128_characters_at_most"
        ),
        new(
            "PasswordRules.MaxBytes",
            "bytes of a password",
            "400, `invalid`, `password`",
            "RegistrationTests.A_password_has_128_characters_at_most"
        ),
        new(
            "IdentityOptions.HashWorkers",
            "password hashes computed at a time (0: one per core but one)",
            "the others wait",
            "PasswordTests.Above_the_queue_registering_is_refused_too"
        ),
        new(
            "IdentityOptions.HashQueue",
            "password hashes that wait",
            "`overloaded` with a time to wait",
            "PasswordTests.Above_the_queue_registering_is_refused_too"
        ),
        new(
            "IdentityOptions.RememberedTokens",
            "checked access tokens kept in memory",
            "all are forgotten; the next request costs a signature check",
            "AccessTokenTests.Forgetting_tokens_only_costs_time"
        ),
        new(
            "IdentityOptions.DevicesPerUser",
            "devices of a user",
            "a login removes the device unused for longest",
            "RefreshTests.Above_the_limit_the_device_unused_for_longest_goes"
        ),
        new(
            "AccessTokens.MaxTokenBytes",
            "bytes of an access token",
            "`unauthenticated`, without a look at it",
            "AccessTokenTests.A_token_of_many_bytes_is_not_looked_at"
        ),
        new(
            "TokenLifetimes.Access",
            "life of an access token",
            "`token_expired`; in a session close 4004",
            "AccessTokenTests.What_is_issued_is_valid_for_15_minutes_and_then_expired "
                + "SessionClockTests.A_token_about_to_end_is_announced_and_its_end_closes"
        ),
        new(
            "TokenLifetimes.Refresh",
            "life of a refresh token without use",
            "`unauthenticated`: log in again",
            "RefreshTests.A_chain_ends_after_60_days_without_use_and_each_use_prolongs_it"
        ),
        new(
            "TokenLifetimes.Skew",
            "how far the clock of the node that issued a token may be ahead",
            "`unauthenticated`",
            "AccessTokenTests.A_clock_ahead_of_ours_is_borne_with_for_30_seconds"
        ),
        new(
            "DeviceLogins.Attempts",
            "attempts to change a device while others change it",
            "`overloaded`",
            "DeviceLimitTests.A_change_that_always_comes_second_ends_after_5_attempts"
        ),
        new(
            "DeviceLogins.NameBytes",
            "UTF-8 bytes of a device's name",
            "the rest is cut off",
            "DeviceLimitTests.A_name_is_cut_at_128_bytes_and_no_character_is_cut_in_two"
        ),
        new(
            "IdentityOptions.LoginMemory",
            "time a node believes a login to be in force without reading it again",
            "the login is read again",
            "LoginEndTests.A_node_that_was_not_told_notices_within_the_time_it_believes_a_login "
                + "LoginEndTests.The_memory_of_a_login_lasts_three_seconds_and_not_longer"
        ),
        new(
            "AccountExport.PageDeadline",
            "from a page of an export to the client's having read it",
            "the connection is closed",
            "AccountLifeRouteTests.An_export_that_is_read_too_slowly_gives_its_place_to_others"
        ),
        new(
            "IdentityOptions.ExportsAtOnce",
            "exports of all of a user's data running at a time",
            "503, `overloaded`; a user's second one: 429, `rate_limited`",
            "AccountLifeRouteTests.A_user_has_one_export_at_a_time_and_a_node_a_few"
        ),
        new(
            "AccountExport.PageLimit",
            "entries of an export in memory at a time",
            "the next page is read when this one is written",
            "AccountLifeRouteTests.An_export_has_everything_the_user_may_see_in_order_and_nothing_of_others"
        ),
        new(
            "AccountEnd.FreshToken",
            "age of an outside issuer's token that stands in for a password when an account is deleted",
            "403, `forbidden`",
            "AccountLifeRouteTests.A_user_of_an_outside_issuer_deletes_the_account_with_a_fresh_token"
        ),
        new(
            "ConversationLeaver.Attempts",
            "attempts of a deletion to leave a conversation that others write to",
            "it is tried again later",
            "GoneUserTests.A_leave_that_always_comes_second_is_put_off_after_20_attempts"
        ),
        new(
            "ExternalOptions.KeysLife",
            "time for which an outside issuer's keys are used",
            "they are read again; while that fails, the last ones serve",
            "ExternalTokenTests.While_the_issuer_is_down_its_last_keys_serve"
        ),
        new(
            "ExternalOptions.KeysPause",
            "time between two reads of an outside issuer's keys, at least",
            "a token with an unknown key is `unauthenticated`",
            "ExternalTokenTests.Unknown_keys_make_the_server_ask_once_in_a_while_and_a_new_key_is_found_by_it"
        ),
        new(
            "ExternalOptions.KeysDeadline",
            "time that a read of an outside issuer's keys may take",
            "it is given up; the keys known serve on",
            "ExternalTokenTests.An_issuer_that_does_not_answer_is_given_up"
        ),
        new(
            "IssuerDocuments.MaxBytes",
            "bytes of a document of an outside issuer",
            "it is not read; the keys known serve on",
            "ExternalTokenTests.Documents_that_are_not_what_they_should_be_give_no_keys"
        ),
        new(
            "IssuerDocuments.MaxKeys",
            "keys of an outside issuer",
            "those behind are not looked at",
            "ExternalTokenTests.Of_a_key_set_the_first_64_keys_count"
        ),
        new(
            "IssuerDocuments.LeastRsaBits",
            "bits of an RSA key of an outside issuer, at least",
            "the key is not used",
            "ExternalTokenTests.A_key_set_gives_only_public_keys_that_are_strong_enough"
        ),
        new(
            "ExternalTokens.MaxSubject",
            "characters of an outside issuer's name of a user",
            "401, `unauthenticated`",
            "ExternalTokenTests.A_subject_has_255_characters_at_most"
        ),
    ];
}
