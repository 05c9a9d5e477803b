using System.Collections.Concurrent;
using System.Security.Cryptography;
using Connect.Contracts.Refusals;
using Microsoft.Extensions.Options;

namespace Connect.Accounts.Identity;

/// <summary>
/// Computes password hashes on a few threads of its own behind a bounded queue: hashing is the dearest thing a stranger
/// can ask for, so it may neither take all cores nor the thread pool, and above the limit it is refused (D11).
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

    // Checked when there is no account: the same work as for one, so that the time tells nothing.
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
        RunAsync(() => PasswordHash.Create(password).ToString(), cancellationToken);

    /// <summary>
    /// Checks a password against a stored hash; <paramref name="stored"/> is null when there is no account, which takes
    /// the same time and matches nothing.
    /// </summary>
    public Task<Answer<PasswordCheck>> CheckAsync(
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
        if (stored is null || !PasswordHash.TryParse(stored, out var hash))
        {
            _nobody.Matches(password);
            return new(false, null);
        }

        var matches = hash.Matches(password);
        return new(matches, matches && hash.IsOutdated ? PasswordHash.Create(password).ToString() : null);
    }

    /// <summary>Computes something on the threads of this; refused when too much waits.</summary>
    internal async Task<Answer<T>> RunAsync<T>(Func<T> compute, CancellationToken cancellationToken)
        where T : class
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        return _waiting.TryAdd(Job) ? await done.Task : Busy;

        void Job()
        {
            // Nobody waits for it any more: spend the core on those who do.
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
        foreach (var job in _waiting.GetConsumingEnumerable())
        {
            job();
        }
    }
}
