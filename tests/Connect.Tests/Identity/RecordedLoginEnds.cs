using System.Collections.Concurrent;
using Connect.Accounts.Identity;

namespace Connect.Tests.Identity;

/// <summary>Records the revocations it hears of.</summary>
internal sealed class RecordedLoginEnds : ILoginRevocationListener
{
    public ConcurrentQueue<LoginRevocation> All { get; } = new();

    public ValueTask LoginRevokedAsync(LoginRevocation revocation)
    {
        All.Enqueue(revocation);
        return ValueTask.CompletedTask;
    }
}
