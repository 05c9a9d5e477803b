using System.Collections.Concurrent;
using Connect.Gateway.Identity;

namespace Connect.Tests.Identity;

/// <summary>Keeps what was told of ended logins.</summary>
internal sealed class RecordedLoginEnds : ILoginEndListener
{
    public ConcurrentQueue<LoginEnd> All { get; } = new();

    public ValueTask LoginEndedAsync(LoginEnd end)
    {
        All.Enqueue(end);
        return ValueTask.CompletedTask;
    }
}
