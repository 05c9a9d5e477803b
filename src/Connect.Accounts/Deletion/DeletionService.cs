using System.Threading.Channels;
using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Connect.Accounts.Deletion;

/// <summary>
/// Runs deletions one at a time: first those an earlier process left unfinished, then those begun here. The rows are
/// the work list; the queue in memory only says when to look. One that fails is tried again after the others.
/// </summary>
public sealed class DeletionService(
    AccountDeletion deletion,
    IDeletionStore deletions,
    TimeProvider time,
    ILogger<DeletionService> log
) : BackgroundService
{
    private const int Waiting = 256;
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    // What does not fit is found by the next scan of the rows.
    private readonly Channel<UserId> _begun = Channel.CreateBounded<UserId>(
        new BoundedChannelOptions(Waiting) { FullMode = BoundedChannelFullMode.Wait }
    );
    private volatile bool _mustLook = true;

    /// <summary>Call once the start of a deletion is durable.</summary>
    public void Begun(UserId user)
    {
        if (!_begun.Writer.TryWrite(user))
        {
            _mustLook = true;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = TimeSpan.FromSeconds(1);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await RunWaitingAsync(stoppingToken))
                {
                    pause = TimeSpan.FromSeconds(1);
                    if (!_mustLook)
                    {
                        await _begun.Reader.WaitToReadAsync(stoppingToken);
                    }

                    continue;
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                log.DeletionFailed(exception);
            }

            // The disk is full, the store is closing, or a row is damaged: the rows still say what is left to do.
            _mustLook = true;
            await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    /// <summary>False when one failed.</summary>
    private async Task<bool> RunWaitingAsync(CancellationToken stoppingToken)
    {
        var allDone = true;
        if (_mustLook)
        {
            _mustLook = false;
            foreach (var user in await deletions.ListBegunAsync(stoppingToken))
            {
                allDone &= await RunAsync(user, stoppingToken);
            }
        }

        while (_begun.Reader.TryRead(out var user))
        {
            allDone &= await RunAsync(user, stoppingToken);
        }

        return allDone;
    }

    /// <summary>False when it failed. The others must not wait for it: its row may be damaged for good.</summary>
    private async Task<bool> RunAsync(UserId user, CancellationToken stoppingToken)
    {
        try
        {
            await deletion.RunAsync(user, stoppingToken);
            log.AccountDeleted(user);
            return true;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            log.DeletionFailed(exception);
            return false;
        }
    }
}

/// <summary>Log events of account deletion.</summary>
internal static partial class AccountLifeLog
{
    [LoggerMessage(
        1810,
        LogLevel.Information,
        "Deletion of user {User} has begun; all their logins are revoked.",
        EventName = "DeletionBegun"
    )]
    public static partial void DeletionBegun(this ILogger logger, UserId user);

    [LoggerMessage(
        1811,
        LogLevel.Information,
        "User {User} is deleted and their key is destroyed.",
        EventName = "AccountDeleted"
    )]
    public static partial void AccountDeleted(this ILogger logger, UserId user);

    [LoggerMessage(
        1812,
        LogLevel.Warning,
        "An account deletion failed and will be retried.",
        EventName = "DeletionFailed"
    )]
    public static partial void DeletionFailed(this ILogger logger, Exception exception);
}
