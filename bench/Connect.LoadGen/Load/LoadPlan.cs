namespace Connect.LoadGen.Load;

/// <summary>One comparison: the same load on Connect and on the relay.</summary>
/// <param name="Scenario">Who writes to whom.</param>
/// <param name="Phase">How fast.</param>
/// <param name="ServerProgram">The path of <c>connect-server</c>.</param>
/// <param name="Settings">Of the server, as <c>--Name=value</c>.</param>
/// <param name="WithRelay">Whether the relay is measured, too.</param>
/// <param name="WithHalf">Whether latencies are measured once more, at half of the rate reached.</param>
internal sealed record LoadPlan(
    LoadScenario Scenario,
    LoadPhase Phase,
    string ServerProgram,
    IReadOnlyList<string> Settings,
    bool WithRelay,
    bool WithHalf
);
