namespace Connect.Tests.Simulation;

/// <summary>Mistakes that a run can be told to make, to see that it finds them.</summary>
internal enum SimulatedBug
{
    None,

    /// <summary>The store says committed before it is, and may then lose it.</summary>
    AcknowledgesBeforeCommit,

    /// <summary>What a push lost is never told again.</summary>
    LosesHints,

    /// <summary>Devices do not name the message before.</summary>
    NamesNoPredecessor,

    /// <summary>The store does not find cids, neither when asked nor when it commits.</summary>
    ForgetsCids,
}
