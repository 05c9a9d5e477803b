using Connect.LoadGen.Measuring;
using Xunit;

namespace Connect.Tests.LoadGen;

public sealed class LatencyHistogramTests
{
    [Fact]
    public void Percentiles_are_right_to_three_digits()
    {
        var histogram = new LatencyHistogram();
        for (var i = 1; i <= 100_000; i++)
        {
            histogram.Record(TimeSpan.FromMicroseconds(i));
        }

        Assert.Equal(100_000, histogram.Count);
        Assert.InRange(histogram.Milliseconds(50), 49.9, 50.1);
        Assert.InRange(histogram.Milliseconds(99), 98.9, 99.1);
        Assert.InRange(histogram.Longest, 99.9, 100.1);
    }

    [Fact]
    public void What_is_longer_than_ten_minutes_or_shorter_than_a_microsecond_counts_too()
    {
        var histogram = new LatencyHistogram();
        histogram.Record(TimeSpan.FromHours(3));
        histogram.Record(TimeSpan.Zero);
        Assert.Equal(2, histogram.Count);
        Assert.InRange(histogram.Longest, 599_000, 601_000);
    }

    [Fact]
    public void Without_a_value_it_says_nothing() => Assert.Equal(0, new LatencyHistogram().Milliseconds(99));

    [Fact]
    public void Values_of_many_threads_all_count()
    {
        var histogram = new LatencyHistogram();
        Parallel.For(0, 10_000, i => histogram.Record(TimeSpan.FromMicroseconds((i % 100) + 1)));
        Assert.Equal(10_000, histogram.Count);
    }
}
