namespace Connect.Server.Limits;

/// <summary>Who watches whom and how it is told, and what is remembered for who comes back.</summary>
internal static class PresenceLimits
{
    public static readonly IReadOnlyList<Limit> All =
    [
        new(
            "GatewayOptions.WatchedUsers WatchOptions.WatchedUsers",
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
            "presence changes and invalidations per call to a gateway",
            "the others go with the next call",
            "PresencePumpTests.One_call_carries_so_much_and_the_rest_goes_with_the_next"
        ),
        new(
            "PresenceOptions.MaxWaitingInvalidations",
            "presence invalidations waiting for one gateway",
            "it finds out when it asks again",
            "PresencePumpTests.Waiting_invalidations_are_bounded_and_a_later_answer_shows_that_some_were_lost"
        ),
        new(
            "ResumeOptions.Window",
            "time after its end for which a session can be resumed",
            "`resumed: no`: the client syncs all",
            "UserMovesTests.One_that_missed_nothing_is_told_so_and_what_it_missed_is_named"
        ),
        new(
            "ResumeOptions.Moves",
            "conversations of a user whose last moves are remembered",
            "`resumed: no` when one that moved meanwhile is forgotten",
            "UserMovesTests.When_more_moved_than_is_remembered_nothing_is_known"
        ),
        new(
            "ResumeOptions.Sessions",
            "ended sessions of a user that are remembered",
            "`resumed: no` for older ones",
            "UserMovesTests.The_sessions_that_ended_last_are_remembered"
        ),
        new(
            "ResumeOptions.GoneUsers",
            "users without a session whom one of the 4,096 partitions remembers",
            "`resumed: no` for who is gone for longest",
            "UserMovesTests.A_partition_remembers_so_many_who_are_gone_and_each_for_so_long"
        ),
    ];
}
