using System.Text.Json.Nodes;

namespace Connect.LoadGen.Groups;

/// <summary>What a smoke run of a large group found.</summary>
/// <param name="Plan">What was run.</param>
/// <param name="Totals">What was counted.</param>
/// <param name="ReceiptsDiverged">Devices whose marks, unread count or receipts are not what they must be.</param>
/// <param name="ServerPeak">The most memory the server had, in bytes.</param>
/// <param name="Failures">What went wrong besides, in words.</param>
/// <param name="Loaded">From the first message to the last delivery.</param>
/// <param name="Elapsed">All of it.</param>
internal sealed record GroupsReport(
    GroupsPlan Plan,
    GroupTotals Totals,
    int ReceiptsDiverged,
    long ServerPeak,
    IReadOnlyList<string> Failures,
    TimeSpan Loaded,
    TimeSpan Elapsed
)
{
    /// <summary>All is well.</summary>
    public bool IsClean =>
        Totals.Sent > 0
        && Totals.Acked == Totals.Sent
        && !Totals.Faults.Any
        && ReceiptsDiverged == 0
        && Failures.Count == 0;

    /// <summary>One line of JSON.</summary>
    public override string ToString() =>
        new JsonObject
        {
            ["members"] = Plan.Members,
            ["sent"] = Totals.Sent,
            ["acked"] = Totals.Acked,
            ["lost"] = Totals.Faults.Lost,
            ["duplicated"] = Totals.Faults.Duplicated,
            ["out_of_order"] = Totals.Faults.OutOfOrder,
            ["receipts_diverged"] = ReceiptsDiverged,
            ["deliveries"] = Totals.Deliveries,
            ["deliveries_per_second"] = Math.Round(Totals.Deliveries / Loaded.TotalSeconds),
            ["p50_ms"] = Math.Round(Totals.Latencies.Milliseconds(50), 1),
            ["p99_ms"] = Math.Round(Totals.Latencies.Milliseconds(99), 1),
            ["ack_p99_ms"] = Math.Round(Totals.Acks.Milliseconds(99), 1),
            ["ack_max_ms"] = Math.Round(Totals.Acks.Longest, 1),
            ["returns"] = Totals.Returns,
            ["resent"] = Totals.Resent,
            ["lagged"] = Totals.Lagged,
            ["typing"] = Totals.Typing,
            ["server_peak_mb"] = ServerPeak >> 20,
            ["seed"] = Plan.Seed,
            ["seconds"] = Math.Round(Elapsed.TotalSeconds, 1),
        }.ToJsonString();
}
