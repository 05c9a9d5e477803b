using Connect.Storage.Reading;
using Microsoft.Extensions.Time.Testing;

namespace Connect.Tests.Storage.Conformance;

/// <summary>Whole rounds of the sweep over a store, in small steps.</summary>
internal static class HistorySweeps
{
    public static Func<TimeSpan, ValueTask> Over(IRetainedRows rows, FakeTimeProvider time)
    {
        var sweep = new HistorySweep(rows);
        return async retention =>
        {
            time.Advance(HistorySweep.RoundPause);
            var now = time.GetUtcNow().ToUnixTimeMilliseconds();
            do
            {
                await sweep.StepAsync(3, retention, now);
            } while (sweep.IsUnderWay);
        };
    }
}
