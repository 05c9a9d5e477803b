using Connect.Conversations.Writing;
using Connect.Tests.Gateway;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Connect.Tests.Grains;

/// <summary>How many writers a node holds, and which of them end.</summary>
public sealed class ActivationTableTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly ActivationTable _table;
    private readonly List<int> _ended = [];

    public ActivationTableTests() => _table = new(_time, NullLogger<ActivationTable>.Instance);

    [Theory]
    [InlineData(1_000)]
    [InlineData(10_000)]
    public async Task However_many_conversations_are_written_to_the_node_holds_no_more_than_its_limit(int conversations)
    {
        _table.Limit(count: 100, bytes: long.MaxValue);
        for (var i = 0; i < conversations; i++)
        {
            Enter(i, 1_000);
            _time.Advance(TimeSpan.FromSeconds(1));
            await Eventually.TrueAsync(() => _table.Count <= 100, "room for the next");
        }

        Assert.Equal(conversations - _table.Count, Ended().Count);
        Assert.Equal(Enumerable.Range(0, Ended().Count), Ended());
        Assert.Equal(1_000L * _table.Count, _table.Bytes);
    }

    [Fact]
    public async Task Their_memory_is_limited_as_well_as_their_number()
    {
        _table.Limit(count: 1_000_000, bytes: 50_000);
        var first = Enter(0, 1_000);
        for (var i = 1; i < 40; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
            Enter(i, 1_000);
        }

        _time.Advance(TimeSpan.FromSeconds(2));
        first.Used(20_000);
        await Eventually.TrueAsync(() => _table.Bytes <= 50_000, "less memory");

        // The one that grew was used just now.
        Assert.DoesNotContain(0, Ended());
        Assert.Equal(Enumerable.Range(1, Ended().Count), Ended());
    }

    [Fact]
    public void One_in_use_goes_on_whatever_the_limits_and_one_that_left_is_not_counted()
    {
        var busy = Enter(0, 100);
        var idle = Enter(1, 100);
        var gone = Enter(2, 100);
        _time.Advance(TimeSpan.FromSeconds(5));
        gone.Leave();
        gone.Used(500);
        busy.Used(200);
        Assert.Equal(300, _table.Bytes);
        Assert.Equal(100, _table.Trim(0, 0));
        Assert.Equal([1], Ended());
        idle.Leave();
        Assert.Equal((1, 200L), (_table.Count, _table.Bytes));
        Assert.Equal(0, _table.Trim(0, 0));
    }

    [Fact]
    public void One_that_runs_is_used_now_however_long_ago_it_began()
    {
        var busy = Enter(0, 100);
        busy.Used(100, runs: true);
        _time.Advance(TimeSpan.FromSeconds(5));
        Enter(1, 100);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(100, _table.Trim(1, 100));
        Assert.Equal([1], Ended());
        Assert.Equal(0, _table.Trim(0, 0));

        busy.Used(100);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(100, _table.Trim(0, 0));
        Assert.Equal([1, 0], Ended());
    }

    private Activation Enter(int number, long bytes)
    {
        var activation = _table.Enter(() =>
        {
            lock (_ended)
            {
                _ended.Add(number);
            }
        });
        activation.Used(bytes);
        return activation;
    }

    private List<int> Ended()
    {
        lock (_ended)
        {
            return [.. _ended];
        }
    }
}
