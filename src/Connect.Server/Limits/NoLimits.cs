namespace Connect.Server.Limits;

/// <summary>Numbers and times that look like limits and are none, each with its reason.</summary>
internal static class NoLimits
{
    /// <summary><c>Type.Member</c> to the reason; <c>Type.*</c> stands for all of a type.</summary>
    public static readonly IReadOnlyDictionary<string, string> Reasons = new Dictionary<string, string>
    {
        ["Listener.Pause"] = "how soon a listener tries again",
        ["HandleReserve.LimitMemory"] = "how often the system is asked for its limit",
        ["Listener.Quiet"] = "when an error is told again",
        ["MemoryGuard.Period"] = "how often the memory is looked at",
        ["MemoryPolicy.LeastPause"] = "how soon the runtime must give memory back again",
        ["MemoryPolicy.TightPause"] = "how often the runtime is asked to look for garbage",
        ["MemoryPolicy.QuietPause"] = "how often it gives memory back while nothing happens",
        ["ActivationTable.LeastIdle"] = "who is not idle",
        ["HeldPositions.FirstCapacity"] = "room for the first positions of a sync",
        ["ConnectEndpoint.RetryWhenCrowded"] = "what a client is told to wait",
        ["ClusterOptions.SiloPort"] = "a port",
        ["ProtocolLimits.DefaultPageItems"] = "what a page holds when no limit is asked for",
        ["Settings.MostBytesOfAByte"] = "how JSON escapes",
        ["ReadingOptions.DefaultPageItems"] = "what a page holds when no limit is asked for",
        ["TypingOptions.Repeat"] = "how often typing is pushed again before Duration ends it",
        ["ProtocolLimits.TypingRepeat"] = "how often typing is told again before TypingDuration ends it",
        ["PresenceOptions.BrokenDelay"] = "how late the end of a broken connection is told",
        ["PresenceOptions.SentAwayDelay"] = "how late the end of a session that was sent elsewhere is told",
        ["ResumeOptions.OnItsWay"] = "how long a push may be on its way between two nodes",
        ["PresencePump.Tick"] = "how often presence is told",
        ["PresenceService.Renewal"] = "how often a gateway asks again, before WatchLease ends",
        ["MemberCache.Slots"] = "how changes are counted",
        ["SyncPager.TailAge"] = "how old the hot tail may be to stand for the store",
        ["SyncCommand.PartsPause"] = "what a client is told to wait",
        ["MetricsOptions.Interval"] = "how often figures are sent",
        ["TlsOptions.ReloadSeconds"] = "how often files are looked at",
        ["GatewayOptions.StrictTransport"] = "what browsers are told",
        ["GatewayOptions.TokenWarning"] = "when a client is told; the end of the token is the limit",
        ["GatewayOptions.DrainReconnectAfter"] = "what a client is told to wait",
        ["GatewayOptions.DrainJitter"] = "what a client is told to wait",
        ["ConversationOptions.RecoveryFirstPause"] = "the pauses of what RecoveryLimit ends",
        ["ConversationOptions.RecoveryMaxPause"] = "the pauses of what RecoveryLimit ends",
        ["DirectoryOptions.Partitions"] = "how users are spread",
        ["DirectoryOptions.RegisterPause"] = "the pauses between RegisterAttempts",
        ["MessageShape.MaxFieldNumber"] = "a fact of the schema, tested there",
        ["WireTextConverter.MaxBytesPerChar"] = "a fact of JSON",
        ["SessionClock.LongestWait"] = "how late a clock may look again at a silent socket",
        ["WaitingFrames.KeptCapacity"] = "room kept in an idle queue",
        ["TimerWheel.Tick"] = "how often the clocks of sessions are looked at",
        ["TimerWheel.MaxStepMilliseconds"] = "what a stopped process counts as",
        ["DatabaseOptions.BloomBitsPerKey"] = "a shape of the files",
        ["DatabaseOptions.BlockBytes"] = "a shape of the files",
        ["DatabaseOptions.MemoryFilterRatio"] = "a share of the memory for rows not yet flushed",
        ["DatabaseOptions.LogFileBytes"] = "the size of one file of the database's own log",
        ["DatabaseOptions.SmallTableBufferBytes"] = "a part of WriteBufferBytes",
        ["DatabaseOptions.BusyTableBufferBytes"] = "a part of WriteBufferBytes",
        ["RocksDbStore.UpkeepPeriod"] = "how often the store looks after itself",
        ["MemberBlock.Capacity"] = "a shape of the rows",
        ["RowCipher.MaxRowId"] = "a shape of the rows",
        ["RowCipher.MaxAssociated"] = "a shape of the rows",
        ["ControlAddress.MaxBytes"] = "a fact of the operating system; with a longer path there is no control socket",
        ["StoreBackup.MinBytesPerSecond"] = "the least that the command can be told",
        ["BackupCommand.DefaultRate"] = "what MaxRate bounds",
        ["IndexSweepOptions.RowAge"] = "how old a row is before it is judged",
        ["IndexSweep.StandStill"] = "after what the sweep waits for writers that stood still",
        ["IndexSweep.Patience"] = "how long it waits for them",
        ["IndexSweepService.Period"] = "how often the sweep takes a step",
        ["FanoutOptions.RetryFirstPause"] = "the first of the pauses that RetryMaxPause bounds",
        ["DeletionService.LongestPause"] = "how long a deletion that did not get on waits at most",
    };

    /// <summary>Whether the member is listed.</summary>
    public static bool Contains(string name) =>
        Reasons.ContainsKey(name) || Reasons.ContainsKey(name.Split('.')[0] + ".*");
}
