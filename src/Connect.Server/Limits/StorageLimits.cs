namespace Connect.Server.Limits;

/// <summary>The embedded store.</summary>
internal static class StorageLimits
{
    public static readonly IReadOnlyList<Limit> All =
    [
        new(
            "StoreOptions.ReserveBytes RocksDbStoreOptions.ReserveBytes",
            "free space of the file system, at least",
            "writes are refused as `unavailable`, reads are served, the node is not ready",
            "StoreLimitsTests.Below_the_reserve_writes_are_refused_reads_served_and_all_again_when_freed"
        ),
        new(
            "StoreOptions.CacheBytes RocksDbStoreOptions.BlockCacheBytes",
            "memory for blocks read from disk",
            "the block unused for longest leaves",
            "DatabaseOptionsTests.The_database_runs_with_our_limits_of_memory_log_and_files"
        ),
        new(
            "RocksDbStoreOptions.WriteBufferBytes",
            "memory for rows not yet flushed",
            "the largest table is flushed",
            "DatabaseOptionsTests.The_database_runs_with_our_limits_of_memory_log_and_files"
        ),
        new(
            "RocksDbStoreOptions.MaxLogBytes",
            "size of the write-ahead log",
            "the oldest tables are flushed and old logs deleted",
            "DatabaseOptionsTests.The_database_runs_with_our_limits_of_memory_log_and_files"
        ),
        new(
            "RocksDbStoreOptions.MaxWaitingWrites",
            "writes waiting for the committer",
            "refused; the sender gets `unavailable`",
            "CommitterTests.A_full_queue_refuses"
        ),
        new(
            "RocksDbStoreOptions.MaxWaitingBytes",
            "bytes of the writes waiting for the committer",
            "refused; the sender gets `unavailable`",
            "CommitterTests.A_queue_full_of_bytes_refuses"
        ),
        new(
            "RocksDbStoreOptions.MaxBatchWrites",
            "writes of one sync",
            "the others wait for the next",
            "CommitterTests.A_batch_has_so_many_writes_and_the_others_wait_for_the_next"
        ),
        new(
            "RocksDbStoreOptions.MaxBatchBytes",
            "bytes of one sync",
            "the others wait for the next",
            "CommitterTests.A_batch_has_so_many_bytes_and_the_others_wait_for_the_next"
        ),
        new(
            "IndexSweepOptions.RowsPerSecond",
            "rows of the users' lists of conversations that the sweep looks at in a second",
            "the others wait for the next second",
            "IndexSweepTests.A_step_looks_at_so_many_rows_and_a_round_at_all"
        ),
        new(
            "RocksDbStoreOptions.CachedMembers",
            "members whose rows the committer keeps open",
            "those of the conversations unused for longest are read again",
            "MemberRowsCacheTests.It_stays_within_its_bound_and_keeps_what_is_in_use"
        ),
        new(
            "RocksDbStoreOptions.CachedHeads",
            "heads of conversations, and counts of authors, that the committer keeps, at most twice as many of each",
            "those unused for longest are read again",
            "HeadCacheTests.It_never_tells_a_head_that_is_not_the_last_one_put"
        ),
        new(
            "RocksDbStoreOptions.CachedKeys",
            "unwrapped keys kept, of conversations and of users each",
            "the keys unused for longest are forgotten and unwrapped again",
            "RowCipherTests.The_key_cache_stays_within_its_bound_and_keeps_what_is_in_use"
        ),
        new(
            "RocksDbStoreOptions.SweptRowsPerSecond",
            "idempotency rows looked at in a second",
            "the sweep goes on a second later",
            "StoreLimitsTests.Idempotency_rows_past_their_time_are_deleted_and_younger_ones_stay"
        ),
        new(
            "StoreOptions.HistoryRetention RocksDbStoreOptions.HistoryRetention",
            "age of an entry; 0 = for ever",
            "it is deleted in the background, and named as `deleted`",
            "RetentionConformance.Exactly_what_is_older_is_deleted_and_named_so_and_the_head_stays"
        ),
        new(
            "StoreOptions.UndeliveredTtl RocksDbStoreOptions.UndeliveredTtl ConversationOptions.UndeliveredTtl "
                + "ProtocolLimits.UndeliveredTtl",
            "time that a message waits for a member, and age of what a `sync` gives",
            "it has ended for them; a `sync` names it as `expired`, the history has it",
            "UndeliveredTests.A_message_waits_to_the_second_and_then_has_ended"
        ),
        new(
            "EndedRanges.Limit",
            "ranges of one member that ended undelivered",
            "the two nearest become one",
            "EndedRangesTests.Ranges_stay_few_and_never_lose_what_ended"
        ),
        new(
            "RocksDbStoreOptions.SweptConversationsPerSecond",
            "conversations with entries past their age that are looked at in a second",
            "the sweep goes on a second later",
            "HistoryRetentionTests.Old_entries_go_some_conversations_a_second_and_the_store_is_whole_at_every_moment"
        ),
        new(
            "RocksDbStoreOptions.IndexedEntriesPerSecond",
            "entries of an earlier version whose authors are indexed in a second",
            "the indexing goes on a second later",
            "AuthorIndexingTests.A_store_of_an_earlier_format_is_indexed_in_the_background_through_a_crash"
        ),
        new(
            "HistorySweep.RoundPause",
            "the least time between two passes over such conversations, and from declaring an entry deleted to "
                + "deleting it",
            "the sweep waits",
            "HistoryRetentionTests.Old_entries_go_some_conversations_a_second_and_the_store_is_whole_at_every_moment"
        ),
        new(
            "DatabaseOptions.MaxOpenFiles",
            "files the database holds open",
            "it closes the file unused for longest",
            "DatabaseOptionsTests.The_database_runs_with_our_limits_of_memory_log_and_files"
        ),
        new(
            "CommitRules.DedupeLifetimeMilliseconds",
            "milliseconds in which a cid is known, from its commit (31 days)",
            "it is swept; the cid is `too_old` by then",
            "CommitConformance.An_idempotency_row_lives_31_days_from_its_commit"
        ),
        new(
            "ControlLine.MaxBytes",
            "bytes of one line to the control socket",
            "the connection is closed",
            "ControlSocketTests.Who_says_nothing_or_too_much_is_cut"
        ),
        new(
            "ControlSocket.LineDeadline",
            "from a connection to the control socket to its line",
            "the connection is closed",
            "ControlSocketTests.Who_says_nothing_or_too_much_is_cut"
        ),
        new(
            "ControlSocket.MaxConnections",
            "connections to the control socket at a time",
            "the next waits for a place",
            "ControlSocketTests.More_connections_than_it_serves_wait_for_a_place"
        ),
        new(
            "ControlSocket.CheckpointLifetime",
            "life of the checkpoint of a backup under way",
            "it is deleted, and the backup fails",
            "ControlSocketTests.A_checkpoint_is_given_once_and_ends_with_its_connection_or_its_time"
        ),
        new(
            "BackupCommand.MaxRate",
            "MiB a second that a backup may be told to copy",
            "the command is refused",
            "ServerCommandTests.What_is_wrong_is_named_and_ends_with_2"
        ),
        new(
            "UnreadCounts.LeftSearchEntries",
            "entries counted for the unread of one who read nothing since older ones were deleted",
            "more are not counted",
            "RetentionConformance.Unread_counts_what_is_left_and_a_mark_where_nothing_is_left_counts_as_one_at_its_end"
        ),
        new(
            "UnreadCounts.LeftSearchBytes",
            "bytes of texts read for it",
            "more are not counted",
            "RetentionConformance.Unread_counts_what_is_left_and_a_mark_where_nothing_is_left_counts_as_one_at_its_end"
        ),
    ];
}
