using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Connect.Conversations.Sweeping;

/// <summary>The pace of the sweep over index rows (ADR 0015).</summary>
public sealed class IndexSweepOptions
{
    [Description(
        "Rows of the users' lists of conversations that are looked at in a second, to delete those that a crash "
            + "between two writes left without a membership. 0: none are."
    )]
    [Range(0, 100_000)]
    public int RowsPerSecond { get; set; } = 200;

    [Description("How old such a row must be before it is deleted, and how long the sweep rests after each round.")]
    [Range(typeof(TimeSpan), "00:05:00", "30.00:00:00")]
    public TimeSpan RowAge { get; set; } = TimeSpan.FromHours(1);
}
