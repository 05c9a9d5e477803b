namespace Connect.Server.Limits;

/// <summary>Contacts, requests, blocks and what is remembered of them.</summary>
internal static class PeopleLimits
{
    private const string Full = "RelationConformance.What_is_full_takes_no_more_of_its_kind_and_gets_room_again";

    public static readonly IReadOnlyList<Limit> All =
    [
        new("PeopleOptions.Contacts", "contacts of a user, their own requests included", "429, `rate_limited`", Full),
        new("PeopleOptions.OwnRequests", "requests of a user without an answer", "429, `rate_limited`", Full),
        new(
            "PeopleOptions.Requests",
            "requests that wait for a user's answer",
            "429, `rate_limited` for the one who asks",
            Full
        ),
        new("PeopleOptions.Declined", "declined requests remembered for a user", "the request can be made again", Full),
        new("PeopleOptions.Blocks", "users that a user blocks", "429, `rate_limited`", Full),
        new(
            "PeopleOptions.RelationMemory",
            "time a node trusts what it read of contacts, blocks and privacy",
            "it is read again",
            "RelationsTests.What_another_node_changed_is_seen_after_the_time_a_node_trusts_its_memory"
        ),
        new(
            "PeopleOptions.RememberedRelations",
            "relations kept in memory, and as many users' privacy",
            "the oldest half is forgotten; the next question costs a read",
            "RelationsTests.Forgetting_only_costs_a_read"
        ),
        new(
            "RelationWriter.Attempts",
            "attempts to change a relation while others change it",
            "`overloaded`",
            "RelationWriterTests.A_change_that_always_comes_second_ends_after_16_attempts"
        ),
        new(
            "Contacts.LooseMarkerAge",
            "age after which a marker of a request that was not made goes",
            "the next list deletes it",
            "PeopleTests.A_marker_without_a_will_is_no_request_and_goes_after_an_hour"
        ),
        new(
            "Relations.PairsPerRead",
            "relations in one read of the store",
            "several reads",
            "RelationsTests.Forgetting_only_costs_a_read"
        ),
        new(
            "ActivityPaging.MaxRounds",
            "rounds in which the list tells what moved while it was read",
            "the pages end; pushes tell the rest",
            "ActivityPagingTests.Where_something_always_moves_the_pages_end_all_the_same"
        ),
        new(
            "ConversationList.RowsPerRead",
            "conversations looked at in one read when the list asks for message requests alone",
            "several reads",
            "LongListTests.A_page_of_2000_conversations_costs_one_read_of_all_heads_and_the_views_it_shows"
        ),
    ];
}
