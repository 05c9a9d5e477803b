namespace Connect.LoadGen.Load;

/// <summary>What a phase measured.</summary>
/// <param name="Messages">Per second.</param>
/// <param name="Deliveries">Per second.</param>
/// <param name="ServerCpu">Microseconds of the server's processors per delivery.</param>
/// <param name="ClientCpu">The same of this process.</param>
/// <param name="ServerCores">Processors that the server kept busy.</param>
/// <param name="P50">Milliseconds from when a message was due to a delivery.</param>
/// <param name="P99">Of a hundred, the slowest but one.</param>
/// <param name="Longest">The slowest.</param>
/// <param name="AckP50">Milliseconds to the acknowledgement; 0 = there is none.</param>
/// <param name="AckP99">Of a hundred, the slowest but one.</param>
/// <param name="Measured">Deliveries whose latency was measured.</param>
internal sealed record LoadFigures(
    double Messages,
    double Deliveries,
    double ServerCpu,
    double ClientCpu,
    double ServerCores,
    double P50,
    double P99,
    double Longest,
    double AckP50,
    double AckP99,
    long Measured
)
{
    /// <summary>What was sent.</summary>
    public LoadAmount Amount { get; init; } = new(0, 0);
}
