using System.Collections.Concurrent;
using System.Security.Cryptography;
using Connect.Contracts.Refusals;
using Microsoft.Extensions.Options;

namespace Connect.Accounts.Identity;

/// <summary>
/// Computes password hashes on a few dedicated threads behind a bounded queue: hashing is the most expensive thing a
/// stranger can request, so it must take neither all cores nor the thread pool, and yields to those who chat. A full
/// queue refuses (ADR 0013).
/// </summary>
public sealed class PasswordHasher : IDisposable
{
    private static readonly Refusal Busy = new(
        RefusalReason.Overloaded,
        "Too many people are logging in at once.",
        RetryAfter: TimeSpan.FromSeconds(2)
    );

    private readonly BlockingCollection<Action> _waiting;
    private readonly Thread[] _workers;

    // Checked when there is no account, so that timing does not reveal whether there is one.
    private readonly PasswordHash _nobody = PasswordHash.Create(
        Convert.ToHexString(RandomNumberGenerator.GetBytes(16))
    );

    public PasswordHasher(IOptions<IdentityOptions> options)
    {
        _waiting = new(options.Value.HashQueue);
        _workers =
        [
            .. Enumerable
                .Range(0, options.Value.EffectiveHashWorkers)
                .Select(number => new Thread(Work) { IsBackground = true, Name = $"password-hash-{number}" }),
        ];
        Array.ForEach(_workers, worker => worker.Start());
    }

    /// <summary>Hashes a new password.</summary>
    public Task<Answer<string>> HashAsync(string password, CancellationToken cancellationToken) =>
        RunAsync(() => PasswordHash.Create(CanonicalForm.Compose(password)).ToString(), cancellationToken);

    /// <summary>
    /// Checks a password against a stored hash. A null <paramref name="stored"/> (no account) takes the same time and
    /// never matches.
    /// </summary>
    internal Task<Answer<PasswordCheck>> CheckAsync(
        string password,
        string? stored,
        CancellationToken cancellationToken
    ) => RunAsync(() => Check(password, stored), cancellationToken);

    public void Dispose()
    {
        _waiting.CompleteAdding();
        Array.ForEach(_workers, worker => worker.Join());
        _waiting.Dispose();
    }

    private PasswordCheck Check(string password, string? stored)
    {
        var composed = CanonicalForm.Compose(password);
        if (stored is null || !PasswordHash.TryParse(stored, out var hash))
        {
            // As many hashes as for an account.
            _nobody.Matches(composed);
            _ = composed != password && _nobody.Matches(password);
            return new(false, null);
        }

        var matches = hash.Matches(composed);

        // Hashed as it was typed, by a version before passwords were composed: renewed now.
        var isRaw = !matches && composed != password && hash.Matches(password);
        var mustRenew = isRaw || (matches && hash.IsOutdated);
        return new(matches || isRaw, mustRenew ? PasswordHash.Create(composed).ToString() : null);
    }

    /// <summary>Runs a computation on the hashing threads; refused when the queue is full.</summary>
    internal async Task<Answer<T>> RunAsync<T>(Func<T> compute, CancellationToken cancellationToken)
        where T : class
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        return _waiting.TryAdd(Job) ? await done.Task : Busy;

        void Job()
        {
            // The caller has gone: spend the core on those still waiting.
            if (cancellationToken.IsCancellationRequested)
            {
                done.SetCanceled(cancellationToken);
                return;
            }

            try
            {
                done.SetResult(compute());
            }
            catch (Exception exception)
            {
                done.SetException(exception);
            }
        }
    }

    private void Work()
    {
        BackgroundPriority.Take();
        foreach (var job in _waiting.GetConsumingEnumerable())
        {
            job();
        }
    }
}
