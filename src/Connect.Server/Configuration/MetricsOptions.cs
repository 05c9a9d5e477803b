using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Connect.Server.Configuration;

/// <summary>Where a node sends what it counts.</summary>
public sealed class MetricsOptions
{
    [Description(
        "Where the figures of the node go, by OTLP over HTTP: the whole address, for instance "
            + "`http://localhost:4318/v1/metrics`. When not set, the environment's `OTEL_EXPORTER_OTLP_ENDPOINT`, with "
            + "the other variables of OpenTelemetry; when neither is, nothing is sent."
    )]
    [HttpAddress]
    public string? Endpoint { get; set; }

    [Description("How often they are sent.")]
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(60);
}
