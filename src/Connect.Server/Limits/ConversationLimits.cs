namespace Connect.Server.Limits;

/// <summary>The writer of a conversation and the fan-out of a node.</summary>
internal static class ConversationLimits
{
    public static readonly IReadOnlyList<Limit> All =
    [
        new(
            "ConversationOptions.MaxWaitingMessages",
            "messages of a conversation waiting for a commit",
            "`unavailable`",
            "AppendPumpTests.What_has_no_room_is_unavailable"
        ),
        new(
            "ConversationOptions.MaxWaitingBytes",
            "bytes of text of a conversation waiting for a commit",
            "`unavailable`",
            "TurnQueueTests.Bytes_that_wait_are_bounded_and_freed_when_they_are_taken"
        ),
        new(
            "ConversationOptions.MaxWaitingMarks",
            "users of a conversation whose marks wait for a commit",
            "`unavailable`",
            "TurnQueueTests.Marks_that_wait_are_bounded_and_freed_when_they_are_taken"
        ),
        new(
            "ConversationOptions.MaxCountedMarks",
            "marks of one batch for which the store has to count",
            "the others wait for the next batch",
            "TurnQueueTests.Marks_for_which_the_store_counts_go_behind_what_waits_and_so_many_at_once"
        ),
        new(
            "ConversationOptions.DirectMarkFlushDelay",
            "time a mark of a direct conversation waits for an append to travel with",
            "it is committed alone",
            "AppendPumpTests.Marks_wait_for_the_flush_or_travel_with_the_next_append"
        ),
        new(
            "ConversationOptions.ReceiptDelay",
            "time the receipts of a group are gathered",
            "its authors are told",
            "GroupReceiptTests.Receipts_of_many_marks_are_gathered_into_one_push_to_the_authors_alone"
        ),
        new(
            "ConversationOptions.CountedPerAuthor",
            "messages of one author whose numbers are told at once",
            "only the newest are",
            "GroupReceiptTests.Of_one_author_only_the_newest_messages_are_counted_at_once"
        ),
        new(
            "ConversationReads.OwnSearchEntries",
            "entries below the head among which one's own newest message is looked for",
            "no numbers are told",
            "GroupReceiptTests.The_list_of_a_large_group_counts_the_readers_newest_message_unless_it_is_far_back"
        ),
        new(
            "ConversationReads.OwnSearchBytes",
            "bytes of these entries",
            "the search ends",
            "GroupReceiptTests.The_list_of_a_large_group_counts_the_readers_newest_message_unless_it_is_far_back"
        ),
        new(
            "ConversationOptions.MaxCommitMessages",
            "messages of one commit of a conversation",
            "the others wait for the next",
            "TurnQueueTests.A_commit_carries_so_many_messages_and_the_others_wait_in_their_order"
        ),
        new(
            "ConversationOptions.MaxCommitBytes",
            "bytes of text of one commit of a conversation",
            "the others wait for the next; one message always fits",
            "TurnQueueTests.A_commit_carries_so_many_bytes_but_one_message_always"
        ),
        new(
            "ConversationOptions.RecentCids",
            "committed cids a writer remembers",
            "older ones are asked of the store",
            "ConversationRuleTests.The_memory_of_cids_keeps_the_newest"
        ),
        new(
            "ConversationOptions.RecentEntries",
            "entries whose counts a writer remembers",
            "the store counts for marks further back",
            "ConversationRuleTests.The_ring_of_entries_counts_what_it_still_has_and_refuses_the_rest"
        ),
        new(
            "ConversationOptions.MarkFlushDelay",
            "time a mark waits for an append to travel with",
            "it is committed alone",
            "AppendPumpTests.Marks_wait_for_the_flush_or_travel_with_the_next_append"
        ),
        new(
            "ConversationOptions.MaxCidAge ProtocolLimits.CidMaxAge",
            "age of a cid that is not known",
            "`too_old`",
            "AppendPumpTests.An_old_cid_is_too_old_only_when_the_store_does_not_know_it "
                + "ConversationRuleTests.Time_never_goes_back_and_old_or_early_cids_are_outside"
        ),
        new(
            "ConversationOptions.MaxCidAhead ProtocolLimits.CidMaxAhead",
            "how far the time of a cid that is not known may be ahead",
            "`too_old`",
            "ConversationRuleTests.Time_never_goes_back_and_old_or_early_cids_are_outside"
        ),
        new(
            "ConversationOptions.RecoveryLimit",
            "time to learn what became of a commit",
            "`unknown_outcome`; the sender sends the same cid again",
            "AppendPumpTests.A_store_that_never_answers_ends_in_unknown_and_nothing_is_acknowledged"
        ),
        new(
            "AppendPump.MaxRounds",
            "attempts of one turn to commit",
            "`unavailable`; `unknown_outcome` when one may have been written",
            "AppendPumpTests.A_turn_that_is_never_decided_ends_after_32_attempts"
        ),
        new(
            "ProtocolLimits.MembersWithMarks ConversationReads.MaxOthers ConversationOptions.MembersWithMarks",
            "members up to which each one's marks are told",
            "above it only counts are told",
            "GroupReceiptTests.Authors_in_large_groups_learn_how_many_got_and_read_their_newest_messages"
        ),
        new(
            "ProtocolLimits.UnreadCap",
            "unread messages that are counted",
            "99 and more are one value",
            "ListTests.More_than_99_unread_are_told_as_100"
        ),
        new(
            "FanoutOptions.MaxWaitingBytes",
            "bytes waiting for one node",
            "content is dropped, one hint with the highest head stays",
            "FanoutTests.What_has_no_room_shrinks_to_one_hint_with_the_highest_head"
        ),
        new(
            "FanoutOptions.MaxBatchPublications",
            "publications of one call to a node",
            "the others go with the next call",
            "FanoutTests.A_call_carries_so_many_publications_and_so_many_bytes_and_the_others_go_with_the_next"
        ),
        new(
            "FanoutOptions.MaxBatchBytes",
            "bytes of one call to a node",
            "the others go with the next call; one publication always fits",
            "FanoutTests.A_call_carries_so_many_publications_and_so_many_bytes_and_the_others_go_with_the_next"
        ),
        new(
            "FanoutOptions.RetryMaxPause",
            "pause between two calls to a node that does not acknowledge",
            "none: it is tried until it acknowledges or leaves",
            "FanoutTests.What_is_not_acknowledged_is_said_again_as_a_hint_where_the_partition_is_then"
        ),
        new(
            "FanoutOptions.TailEntries",
            "entries of a conversation in the hot tail",
            "the oldest leaves; a hole is pulled from the log",
            "FanoutTests.The_hot_tail_keeps_the_newest_entries_of_the_newest_conversations"
        ),
        new(
            "FanoutOptions.TailConversations",
            "conversations in the hot tail",
            "the one not written to for longest leaves",
            "FanoutTests.The_hot_tail_keeps_the_newest_entries_of_the_newest_conversations"
        ),
        new(
            "FanoutOptions.TailBytes",
            "bytes of the hot tail",
            "the conversations not written to for longest leave",
            "FanoutTests.The_hot_tail_holds_so_many_bytes"
        ),
        new(
            "DirectoryOptions.StartLimit",
            "time a partition that starts anew waits for the routes of the gateways",
            "it counts as complete without them",
            "DirectoryTests.A_partition_that_starts_anew_hints_at_what_came_meanwhile_and_acknowledges_then"
        ),
        new(
            "DirectoryOptions.RegisterAttempts",
            "attempts to register a session",
            "`unavailable` and closed",
            "DirectoryTests.A_registration_finds_a_partition_that_moved"
        ),
        new(
            "ConversationOptions.MaxWaitingChanges",
            "changes of a group waiting for a commit",
            "`unavailable`",
            "GroupPumpTests.Changes_that_have_no_room_are_unavailable"
        ),
        new(
            "ConversationOptions.MaxGroupMembers ProtocolLimits.GroupMembers",
            "members of a group, invited ones included",
            "`group_full`",
            "GroupPropertyTests.Who_may_read_write_and_see_what_is_always_as_the_plain_model_says"
        ),
        new(
            "ConversationOptions.MaxInvitesPerInviter ProtocolLimits.InvitesPerInviter",
            "invites of one user pending, over all groups",
            "`rate_limited`",
            "InviteRouteTests.An_inviter_has_so_many_open_over_all_groups_and_an_answer_frees_one"
        ),
        new(
            "ConversationOptions.InviteLifetime ProtocolLimits.InviteLifetime",
            "life of an invite",
            "it lapses; the next append writes that",
            "GroupPropertyTests.Who_may_read_write_and_see_what_is_always_as_the_plain_model_says"
        ),
        new(
            "ProtocolLimits.TitleBytes GroupTitle.MaxBytes",
            "UTF-8 bytes of the title of a group",
            "`too_large`",
            "GroupRouteTests.Limits_are_refused_with_their_code"
        ),
    ];
}
