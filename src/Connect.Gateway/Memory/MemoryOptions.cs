using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Connect.Gateway.Memory;

/// <summary>What the process may use (section <c>Memory</c> of the configuration).</summary>
public sealed class MemoryOptions
{
    public const string Section = "Memory";

    [Description(
        "Bytes of memory of the process above which sessions are closed with 4005, the heaviest first, then the "
            + "newest; from 85 % of it on a new socket is refused with 503, the node is not ready, and a queue ends at "
            + "`Gateway:QueueSoftBytes`. 0 is three quarters of what the machine or the container has."
    )]
    [Range(0, 1L << 50)]
    public long LimitBytes { get; set; }
}
