using System.Diagnostics;
using Xunit;

namespace Connect.Tests.Gateway;

/// <summary>Waiting for what another thread does, with a deadline that says what is missing.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    public static async Task TrueAsync(Func<bool> condition, string what)
    {
        for (var i = 0; i < 200 && !condition(); i++)
        {
            await Task.Yield();
        }

        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(watch.Elapsed < Deadline, $"Waited in vain for: {what}");
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    public static async Task<T> GetAsync<T>(Func<T?> find, string what)
        where T : class
    {
        T? found = null;
        await TrueAsync(() => (found = find()) is not null, what);
        return found!;
    }
}
