namespace Connect.Server.Limits;

/// <summary>Who watches whom, and how it is told.</summary>
internal static class PresenceLimits
{
    public static readonly IReadOnlyList<Limit> All =
    [
        new(
            "GatewayOptions.WatchedUsers",
            "users whose presence a session watches",
            "`too_large` for this request; the session lives",
            "PresenceTests.What_is_removed_is_told_no_more_and_makes_room"
        ),
        new(
            "PresenceService.UsersPerQuestion",
            "watched users in one question to the directory",
            "the others are asked for with the next",
            "PresenceTests.Many_who_are_watched_are_asked_for_part_by_part"
        ),
        new(
            "PresenceService.UncheckedPairs",
            "questions who may see whom that wait for a store that failed",
            "nothing is shown of the others until the session watches them anew",
            "PresenceTests.While_the_store_fails_nothing_is_shown_and_afterwards_it_is"
        ),
        new(
            "PresenceOptions.WatchLease",
            "time a gateway is told of a user after it asked",
            "it is told no more and asks again",
            "PresenceStateTests.A_gateway_that_asks_no_more_is_not_told_after_its_lease_and_nothing_is_kept"
        ),
        new(
            "PresenceOptions.MaxBatch",
            "changes of presence, and doubts, of one call to a gateway",
            "the others go with the next call",
            "PresencePumpTests.One_call_carries_so_much_and_the_rest_goes_with_the_next"
        ),
        new(
            "PresenceOptions.MaxWaitingDoubts",
            "doubts who may see whom that wait for one gateway",
            "it finds out when it asks again",
            "PresencePumpTests.Doubts_that_wait_are_bounded_and_a_later_answer_shows_that_some_were_lost"
        ),
    ];
}
