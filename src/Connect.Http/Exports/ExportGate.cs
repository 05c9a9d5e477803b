using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Connect.Accounts.Identity;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Refusals;
using Microsoft.Extensions.Options;

namespace Connect.Http.Exports;

/// <summary>
/// The limit on exports, each of which reads all of a user: one at a time for a user, few at a time for a node.
/// </summary>
internal sealed class ExportGate(IOptions<IdentityOptions> options)
{
    private readonly ConcurrentDictionary<UserId, byte> _running = new();

    private static readonly Refusal OnlyOne = new(
        RefusalReason.RateLimited,
        "Your last export is still running.",
        RetryAfter: TimeSpan.FromSeconds(10)
    );

    private static readonly Refusal TooMany = new(
        RefusalReason.Overloaded,
        "Too many exports are running.",
        RetryAfter: TimeSpan.FromSeconds(30)
    );

    /// <summary>True: go on, and call <see cref="Leave"/> in the end.</summary>
    public bool TryEnter(UserId user, [NotNullWhen(false)] out Refusal? refusal)
    {
        refusal = null;
        if (!_running.TryAdd(user, 0))
        {
            refusal = OnlyOne;
            return false;
        }

        if (_running.Count > options.Value.ExportsAtOnce)
        {
            Leave(user);
            refusal = TooMany;
            return false;
        }

        return true;
    }

    public void Leave(UserId user) => _running.TryRemove(user, out _);
}
