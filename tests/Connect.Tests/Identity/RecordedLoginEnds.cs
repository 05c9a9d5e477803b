using System.Collections.Concurrent;
using Connect.Accounts.Identity;

namespace Connect.Tests.Identity;

/// <summary>Keeps what was told of ended logins.</summary>
internal sealed class RecordedLoginEnds : ILoginRevocationListener
{
    public ConcurrentQueue<LoginRevocation> All { get; } = new();

    public ValueTask LoginEndedAsync(LoginRevocation end)
    {
        All.Enqueue(end);
        return ValueTask.CompletedTask;
    }
}
