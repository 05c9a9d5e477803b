using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Connect.Gateway.Memory;

/// <summary>What the process may use (section <c>Memory</c> of the configuration).</summary>
public sealed class MemoryOptions
{
    public const string Section = "Memory";

    [Description(
        "Bytes of memory of the process in use above which sessions are closed with 4005, those that hold most first, "
            + "by user and by address; from 85 % of it on a new socket is refused with 503 while anybody is connected, "
            + "the node is not ready, and a queue ends at `Gateway:QueueSoftBytes`. An eighth of it is for "
            + "conversations written to lately. 0 is three quarters of what the machine or the container has."
    )]
    [Range(0, 1L << 50)]
    public long LimitBytes { get; set; }

    [Description(
        "Conversations written to lately that a node holds in memory. Above it the one idle for longest is put away "
            + "until it is written to again."
    )]
    [Range(100, 10_000_000)]
    public int ActiveConversations { get; set; } = 20_000;
}
