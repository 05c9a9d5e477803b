namespace Connect.LoadGen.Load;

/// <summary>Runs a plan: the relay first, then Connect, each alone on the machine.</summary>
internal static class LoadComparison
{
    /// <summary>Measures a little shorter at half of the rate: only its latencies are of interest.</summary>
    private static readonly TimeSpan HalfWarmUp = TimeSpan.FromSeconds(2);

    /// <summary>The relay has little code to be compiled, so it needs no longer warm-up than this.</summary>
    private static readonly TimeSpan LongestRelayWarmUp = TimeSpan.FromSeconds(6);

    public static async Task<LoadReport> RunAsync(LoadPlan plan, CancellationToken cancellationToken)
    {
        var relay = plan.WithRelay ? await MeasureRelayAsync(plan, cancellationToken) : null;
        await using var target = await ConnectTarget.StartAsync(plan.ServerProgram, plan.Settings, cancellationToken);
        return await MeasureAsync(plan, target, relay, cancellationToken);
    }

    /// <summary>Runs a plan on a server that runs already.</summary>
    public static async Task<LoadReport> MeasureAsync(
        LoadPlan plan,
        ConnectTarget target,
        LoadFigures? relay,
        CancellationToken cancellationToken
    )
    {
        await using var run = await LoadRun.OpenAsync(plan.Scenario, target, cancellationToken);
        var figures = await run.RunAsync(plan.Phase, cancellationToken);
        LoadFigures? half = null;
        if (plan.WithHalf && figures.Messages > 0)
        {
            var phase = new LoadPhase(0, figures.Messages / 2, HalfWarmUp, plan.Phase.Duration);
            half = await run.RunAsync(phase, cancellationToken);
        }

        run.Settle();
        var faults = run.Faults;
        return new(
            plan,
            figures,
            half,
            relay,
            run.Sent,
            faults.Lost,
            faults.Duplicated,
            faults.OutOfOrder,
            run.Refused,
            run.Hints,
            faults.Problems
        );
    }

    private static async Task<LoadFigures> MeasureRelayAsync(LoadPlan plan, CancellationToken cancellationToken)
    {
        await using var target = await RelayTarget.StartAsync(cancellationToken);
        await using var run = await LoadRun.OpenAsync(plan.Scenario, target, cancellationToken);
        var warmUp = plan.Phase.WarmUp < LongestRelayWarmUp ? plan.Phase.WarmUp : LongestRelayWarmUp;
        var figures = await run.RunAsync(plan.Phase with { WarmUp = warmUp }, cancellationToken);
        run.Settle();
        if (run.Faults.Any)
        {
            throw new InvalidOperationException(
                "The relay itself broke the order: " + string.Join("; ", run.Faults.Problems)
            );
        }

        return figures;
    }
}
