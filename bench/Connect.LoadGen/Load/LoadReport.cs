using System.Text.Json.Nodes;

namespace Connect.LoadGen.Load;

/// <summary>What a comparison found.</summary>
/// <param name="Plan">What was run.</param>
/// <param name="Connect">Of the server.</param>
/// <param name="Half">Of the server at half of that rate; null = not run.</param>
/// <param name="Relay">Of the relay; null = not run.</param>
/// <param name="Sent">Messages sent to the server, those outside of the measurement included.</param>
/// <param name="Lost">Not delivered, counted for each who lacks one.</param>
/// <param name="Duplicated">Delivered twice.</param>
/// <param name="OutOfOrder">Delivered out of place.</param>
/// <param name="Refused">Sends that the server did not take.</param>
/// <param name="Hints">Pushes that became hints because a device read too slowly.</param>
/// <param name="Problems">In words.</param>
internal sealed record LoadReport(
    LoadPlan Plan,
    LoadFigures Connect,
    LoadFigures? Half,
    LoadFigures? Relay,
    long Sent,
    long Lost,
    long Duplicated,
    long OutOfOrder,
    long Refused,
    int Hints,
    IReadOnlyList<string> Problems
)
{
    /// <summary>Something was measured and no promise was broken.</summary>
    public bool IsClean =>
        Sent > 0 && Connect.Measured > 0 && Lost + Duplicated + OutOfOrder + Refused == 0 && Problems.Count == 0;

    /// <summary>The server's CPU per delivery, in those of the relay.</summary>
    public double? Ratio => Relay is { ServerCpu: > 0 } relay ? Connect.ServerCpu / relay.ServerCpu : null;

    /// <summary>One line of JSON.</summary>
    public override string ToString() => ToJson().ToJsonString();

    public JsonObject ToJson()
    {
        var (scenario, phase) = (Plan.Scenario, Plan.Phase);
        var line = new JsonObject
        {
            ["scenario"] = scenario.Name,
            ["loop"] = phase.IsOpen ? "open" : "closed",
            ["window"] = phase.IsOpen ? null : phase.Window,
            ["offered"] = phase.IsOpen ? phase.Rate : null,
            ["connections"] = scenario.Connections,
            ["senders"] = scenario.Rooms * scenario.Senders,
            ["seconds"] = phase.Duration.TotalSeconds,
        };
        Add(line, "", Connect);
        line["ack_p50_ms"] = Round(Connect.AckP50);
        line["ack_p99_ms"] = Round(Connect.AckP99);
        if (Half is not null)
        {
            line["half_messages_per_second"] = Round(Half.Messages);
            line["half_p50_ms"] = Round(Half.P50);
            line["half_p99_ms"] = Round(Half.P99);
        }

        if (Relay is not null)
        {
            Add(line, "relay_", Relay);
            line["cpu_ratio"] = Ratio is { } ratio ? Round(ratio) : null;
        }

        line["sent"] = Sent;
        line["lost"] = Lost;
        line["duplicated"] = Duplicated;
        line["out_of_order"] = OutOfOrder;
        line["refused"] = Refused;
        line["hints"] = Hints;
        return line;
    }

    private static void Add(JsonObject line, string prefix, LoadFigures figures)
    {
        line[prefix + "messages_per_second"] = Round(figures.Messages);
        line[prefix + "deliveries_per_second"] = Round(figures.Deliveries);
        line[prefix + "p50_ms"] = Round(figures.P50);
        line[prefix + "p99_ms"] = Round(figures.P99);
        line[prefix + "max_ms"] = Round(figures.Longest);
        line[prefix + "server_us_per_delivery"] = Round(figures.ServerCpu);
        line[prefix + "client_us_per_delivery"] = Round(figures.ClientCpu);
        line[prefix + "server_cores"] = Round(figures.ServerCores);
    }

    private static double Round(double value) => Math.Round(value, 2);
}
