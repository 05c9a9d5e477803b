using System.Diagnostics.Metrics;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Conversations.Logging;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Connect.Conversations.Sweeping;

/// <summary>
/// Deletes index rows without membership, which a crash between the row and its entry left behind (ADR 0015): a slow
/// walk over all rows, a few per second. Reads ignore such rows, so nothing depends on its pace.
/// </summary>
internal sealed class IndexSweep(
    IIndexRows rows,
    IConversationStore store,
    IOptions<IndexSweepOptions> options,
    TimeProvider time,
    ILogger<IndexSweep> log
)
{
    /// <summary>
    /// A process that stood still for longer may have a writer that stands between its row and its entry, in a
    /// conversation that has no head yet, so that nothing would fence it: it gets the time to end.
    /// </summary>
    private static readonly TimeSpan StandStill = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private static readonly Meter Meter = new("Connect");
    private static readonly Counter<long> Swept = Meter.CreateCounter<long>(
        "connect.index_rows.swept",
        "{row}",
        "Index rows without membership that were deleted."
    );

    private readonly PassedOver _passedOver = new("index_sweep", time);

    private (UserId User, ConversationId Conversation) _from;
    private DateTimeOffset _notBefore;
    private DateTimeOffset _lastStep;

    /// <summary>Looks at the next rows; how many it deleted.</summary>
    public async Task<int> StepAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (_lastStep != default && now - _lastStep > StandStill && _notBefore < now + Patience)
        {
            _notBefore = now + Patience;
        }

        _lastStep = now;
        if (options.Value.RowsPerSecond == 0 || now < _notBefore)
        {
            return 0;
        }

        var (user, conversation) = _from;
        var page = await rows.WalkAsync(user, conversation, options.Value.RowsPerSecond, cancellationToken);
        var deleted = 0;
        foreach (var row in page.Rows.Where(row => IsOld(row, now)))
        {
            try
            {
                deleted += await TryDeleteAsync(row, cancellationToken) ? 1 : 0;
            }
            catch (Exception exception) when (PassedOver.Concerns(exception))
            {
                // The next round looks at it again.
                if (_passedOver.Note(row.Conversation.Value))
                {
                    ConversationLog.IndexRowPassedOver(log, row.Conversation, exception);
                }
            }
        }

        _from = page.IsLast ? default : (page.NextUser, page.NextConversation);
        if (page.IsLast)
        {
            _notBefore = now + options.Value.RowAge;
        }

        return deleted;
    }

    private bool IsOld(IndexRow row, DateTimeOffset now) =>
        row.Time <= (now - options.Value.RowAge).ToUnixTimeMilliseconds();

    /// <summary>
    /// The epoch is raised between the two looks: a writer that put the row and has not committed its entry yet is
    /// fenced, and puts the row anew before it tries again. Then it is another row, which is not deleted.
    /// </summary>
    private async Task<bool> TryDeleteAsync(IndexRow row, CancellationToken cancellationToken)
    {
        if (await rows.BelongsAsync(row.User, row.Conversation, cancellationToken))
        {
            return false;
        }

        await store.ClaimAsync(row.Conversation);
        if (await rows.BelongsAsync(row.User, row.Conversation, cancellationToken) || !await rows.DeleteAsync(row))
        {
            return false;
        }

        Swept.Add(1);
        ConversationLog.IndexRowSwept(log, row.Conversation);
        return true;
    }
}

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
            // The node shuts down.
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
            // No space, or a failing store: the rows are still there for the next step.
            ConversationLog.SweepFailed(log, exception);
        }
    }
}
