using System.Collections;
using Connect.Server.Configuration;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Connect.Server.Hosting;

/// <summary>Sends what the node counts to a collector, where an operator names one; else nothing listens.</summary>
internal static class NodeMetrics
{
    private const string Prefix = "OTEL_";
    private const string StandardEndpoint = Prefix + "EXPORTER_OTLP_ENDPOINT";
    private const string StandardMetricsEndpoint = Prefix + "EXPORTER_OTLP_METRICS_ENDPOINT";

    /// <summary>What is sent: ours, those of the engine and the web server, and the runtime's.</summary>
    public static readonly IReadOnlyList<string> Meters =
    [
        "Connect",
        "Microsoft.Orleans",
        "Microsoft.AspNetCore.Hosting",
        "Microsoft.AspNetCore.Server.Kestrel",
        "System.Runtime",
    ];

    public static void AddNodeMetrics(this WebApplicationBuilder builder, MetricsOptions options)
    {
        var standard = StandardVariables();
        if (options.Endpoint is null && !standard.Keys.Any(each => each is StandardEndpoint or StandardMetricsEndpoint))
        {
            return;
        }

        // Read from the configuration, which holds no variable without a prefix of ours.
        builder.Configuration.AddInMemoryCollection(standard!);
        builder
            .Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("connect", serviceVersion: Version))
            .WithMetrics(metrics =>
                metrics
                    .AddMeter([.. Meters])
                    .AddOtlpExporter(
                        (exporter, reader) =>
                        {
                            reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = (int)
                                options.Interval.TotalMilliseconds;
                            if (options.Endpoint is not null)
                            {
                                exporter.Protocol = OtlpExportProtocol.HttpProtobuf;
                                exporter.Endpoint = new(options.Endpoint);
                            }
                        }
                    )
            );
    }

    private static string? Version => typeof(NodeMetrics).Assembly.GetName().Version?.ToString(3);

    private static Dictionary<string, string> StandardVariables() =>
        Environment
            .GetEnvironmentVariables()
            .Cast<DictionaryEntry>()
            .Where(each => each.Value is string { Length: > 0 })
            .Select(each => ((string)each.Key, (string)each.Value!))
            .Where(each => each.Item1.StartsWith(Prefix, StringComparison.Ordinal))
            .ToDictionary(each => each.Item1, each => each.Item2, StringComparer.Ordinal);
}
