using Connect.Conversations.Logging;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Connect.Conversations.Sweeping;

/// <summary>Steps the sweep once a second, whatever store there is.</summary>
internal sealed class IndexSweepService(IndexSweep sweep, TimeProvider time, ILogger<IndexSweepService> log)
    : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await StepAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The end of the node.
        }
    }

    private async Task StepAsync(CancellationToken stoppingToken)
    {
        try
        {
            await sweep.StepAsync(stoppingToken);
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            // No space, or a store that is ill: the rows are still there for the next step.
            ConversationLog.SweepFailed(log, exception);
        }
    }
}
