using Connect.Client;
using Xunit;

namespace Connect.Cluster.Tests.Clients;

/// <summary>Waits for what a view shows.</summary>
internal static class Snapshots
{
    public static async Task ShowsAsync<T>(StoreView<T> view, Func<T, bool> what, CancellationToken cancellation)
        where T : class
    {
        try
        {
            await foreach (var snapshot in view.SnapshotsAsync(cancellation))
            {
                if (what(snapshot))
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"The view did not show it; it shows {view.Current}.");
        }
    }
}
