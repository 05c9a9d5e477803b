using System.Threading.Channels;
using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Connect.Accounts.Deletion;

/// <summary>
/// Runs deletions: those that an earlier process left, then those begun here, one at a time. The rows are the list of
/// what is to be done; what this keeps in memory only says when to look.
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

    // Above its limit what does not fit is found by the next look at the rows.
    private readonly Channel<UserId> _begun = Channel.CreateBounded<UserId>(
        new BoundedChannelOptions(Waiting) { FullMode = BoundedChannelFullMode.Wait }
    );
    private volatile bool _mustLook = true;

    /// <summary>A deletion was begun, durably.</summary>
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
                await RunWaitingAsync(stoppingToken);
                pause = TimeSpan.FromSeconds(1);
                await _begun.Reader.WaitToReadAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // No space, or a store that closes: the rows say what is left to do.
                log.DeletionFailed(exception);
                _mustLook = true;
                await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }

    private async Task RunWaitingAsync(CancellationToken stoppingToken)
    {
        while (_mustLook)
        {
            _mustLook = false;
            foreach (var user in await deletions.ListBegunAsync(stoppingToken))
            {
                await RunAsync(user, stoppingToken);
            }
        }

        while (_begun.Reader.TryRead(out var user))
        {
            await RunAsync(user, stoppingToken);
        }
    }

    private async Task RunAsync(UserId user, CancellationToken stoppingToken)
    {
        await deletion.RunAsync(user, stoppingToken);
        log.AccountDeleted(user);
    }
}
