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
            "PlacedPage.MaxRounds",
            "rounds in which a long list tells what was placed anew while it was read",
            "the pages end; pushes tell the rest",
            "LongListTests.All_pages_tell_all_of_it_and_what_moves_meanwhile_costs_the_pages_of_what_moved"
        ),
        new(
            "RowBudget.Besides",
            "rows that a page of the list reads besides six for each conversation it shows",
            "the page ends, and the next one goes on",
            "LongListTests.A_page_reads_six_rows_for_each_it_lists_and_550_besides"
        ),
        new(
            "ListOrderService.PlacesPerSecond",
            "places in users' lists that are written in a second",
            "the others wait; the stored order is that much later",
            "LongListTests.Without_that_knowledge_the_order_is_right_once_the_conversation_is_placed_anew"
        ),
        new(
            "GroupOptions.Invites",
            "invites that wait for the answer of a user",
            "the oldest from somebody who is not a contact lapses; without one the inviter gets `rate_limited`",
            "InviteRouteTests.When_no_more_may_wait_the_oldest_from_a_stranger_lapses_and_a_contacts_stays"
        ),
        new(
            "GroupOptions.Conversations",
            "conversations of a user",
            "they create no group and take no invite (`rate_limited`), nobody adds them (`forbidden`)",
            "InviteRouteTests.Who_is_in_too_many_conversations_makes_no_group_takes_no_invite_and_is_not_added"
        ),
        new(
            "VisibleRanges.MaxFormer",
            "former memberships whose entries a member who came back may read",
            "those of the oldest are skipped for them",
            "VisibleRangesTests.The_newest_memberships_are_kept_and_nothing_beyond_them_is_let_read"
        ),
    ];
}
