using Connect.LoadGen.Checking;

namespace Connect.LoadGen.Smoke;

/// <summary>
/// Two users with two devices each write to each other. One device is offline for half of it; the server is killed and
/// started again under load, when it is ours to kill. Then every device must hold the same dense sequence.
/// </summary>
public sealed class SmokeRun
{
    private readonly SmokePlan _plan;
    private readonly SmokeCast _cast;
    private readonly List<string> _failures = [];

    private SmokeRun(SmokePlan plan, SmokeCast cast)
    {
        _plan = plan;
        _cast = cast;
    }

    /// <summary>Runs it. A fault of the product is in the report; what made the run impossible is thrown.</summary>
    public static async Task<SmokeReport> ExecuteAsync(SmokePlan plan, CancellationToken cancellationToken)
    {
        var start = TimeProvider.System.GetTimestamp();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(plan.Limit);
        await using var cast = await SmokeCast.JoinAsync(plan.Url, plan.TrustedCertificates, 2, limit.Token);
        var run = new SmokeRun(plan, cast);
        var history = await run.RunAsync(limit.Token);
        return new(HistoryChecker.Check(history), run._failures, TimeProvider.System.GetElapsedTime(start));
    }

    private async Task<RunHistory> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await LoadAsync(cancellationToken);
            await _cast.CatchUpAsync(cancellationToken);
            return await _cast.HistoryAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            _failures.Add($"not done after {_plan.Limit}: {_cast.State}");
            return _cast.History();
        }
    }

    /// <summary>
    /// The last device is away for the first half, and sends its own share when it is back. The kill falls before that,
    /// so that it also comes back to a server that was restarted.
    /// </summary>
    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        var late = _cast.Devices[^1];
        await late.DisconnectAsync();

        var quarter = _plan.Messages / 4;
        var sending = _cast.Devices.SkipLast(1).Select(d => d.SendAsync(quarter, cancellationToken)).ToList();
        if (_plan.Server is not null)
        {
            await _cast.Acks.ReachedAsync(_plan.Messages * 2 / 5).WaitAsync(cancellationToken);
            await KillAsync(cancellationToken);
        }

        await _cast.Acks.ReachedAsync(_plan.Messages / 2).WaitAsync(cancellationToken);
        await late.ConnectAsync(cancellationToken);
        sending.Add(late.SendAsync(_plan.Messages - (3 * quarter), cancellationToken));
        await Task.WhenAll(sending);
    }

    private async Task KillAsync(CancellationToken cancellationToken)
    {
        var server = _plan.Server!;
        var inFlight = _cast.InFlight;
        if (!await server.KillAsync(cancellationToken))
        {
            _failures.Add("the server had ended before it was killed");
        }

        if (inFlight == 0 || _cast.Acks.Count >= _plan.Messages * 3 / 4)
        {
            _failures.Add($"the kill hit an idle server: {inFlight} messages were unanswered");
        }

        await server.StartAsync(cancellationToken);
    }
}
