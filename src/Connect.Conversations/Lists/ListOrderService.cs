using Connect.Contracts.Storage;
using Connect.Conversations.Logging;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Connect.Conversations.Lists;

/// <summary>
/// Places conversations that moved anew in the lists of their members, a part of them each second, off the path of
/// messages.
/// </summary>
internal sealed class ListOrderService(IListOrder order, TimeProvider time, ILogger<ListOrderService> log)
    : BackgroundService
{
    /// <summary>
    /// Places written in a second. An hour has room for seven million of them, and none of it is urgent: lists look at
    /// what moved last besides.
    /// </summary>
    public const int PlacesPerSecond = 2_000;

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
            // The node shuts down.
        }
    }

    private async Task StepAsync(CancellationToken stoppingToken)
    {
        try
        {
            await order.SettleAsync(PlacesPerSecond, stoppingToken);
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            // No space, or a failing store: the notes are still there for the next step.
            ConversationLog.OrderFailed(log, exception);
        }
    }
}
