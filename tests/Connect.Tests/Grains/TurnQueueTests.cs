using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Grains.Conversations;
using Xunit;

namespace Connect.Tests.Grains;

/// <summary>What may wait for a conversation's writer, and how much of it goes into one commit.</summary>
public sealed class TurnQueueTests
{
    private readonly ConversationOptions _options = new();

    [Fact]
    public void Bytes_that_wait_are_bounded_and_freed_when_they_are_taken()
    {
        _options.MaxWaitingBytes = 100;
        var queue = new TurnQueue(_options);
        Assert.True(queue.TryAdd(Append(60, 40)));
        Assert.False(queue.TryAdd(Append(1)));
        Assert.Equal(2, queue.Take().Messages.Count);
        Assert.True(queue.TryAdd(Append(100)));
    }

    [Fact]
    public void Marks_that_wait_are_bounded_and_freed_when_they_are_taken()
    {
        _options.MaxWaitingMarks = 2;
        var queue = new TurnQueue(_options);
        Assert.True(queue.TryAdd(Mark()));
        Assert.True(queue.TryAdd(Mark()));
        Assert.False(queue.TryAdd(Mark()));
        Assert.Equal(2, queue.Take().Marks.Count);
        Assert.True(queue.TryAdd(Mark()));
    }

    [Fact]
    public void Changes_that_wait_are_bounded_and_freed_when_they_are_taken()
    {
        _options.MaxWaitingChanges = 1;
        var queue = new TurnQueue(_options);
        Assert.True(queue.TryAdd(new WaitingChange(null!)));
        Assert.False(queue.TryAdd(new WaitingChange(null!)));
        Assert.NotNull(queue.Take().Change);
        Assert.True(queue.TryAdd(new WaitingChange(null!)));
    }

    [Fact]
    public void A_commit_carries_so_many_messages_and_the_others_wait_in_their_order()
    {
        _options.MaxCommitMessages = 3;
        var queue = new TurnQueue(_options);
        Assert.True(queue.TryAdd(Append(1, 2, 3, 4, 5)));
        Assert.Equal([1, 2, 3], Lengths(queue.Take()));
        Assert.Equal([4, 5], Lengths(queue.Take()));
        Assert.False(queue.HasWork);
    }

    [Fact]
    public void A_commit_carries_so_many_bytes_but_one_message_always()
    {
        _options.MaxCommitBytes = 100;
        var queue = new TurnQueue(_options);
        Assert.True(queue.TryAdd(Append(150, 60, 40, 1)));
        Assert.Equal([150], Lengths(queue.Take()));
        Assert.Equal([60, 40], Lengths(queue.Take()));
        Assert.Equal([1], Lengths(queue.Take()));
    }

    private static IEnumerable<int> Lengths(Turn turn) => turn.Messages.Select(each => each.Item.Text.Length);

    private static WaitingAppend Append(params int[] lengths) =>
        new(
            new AppendRequest(
                new UserId(1),
                default,
                new UserId(2),
                [.. lengths.Select(length => new AppendItem(default, new byte[length], default, 0))]
            )
        );

    private static WaitingMark Mark() => new(new MarkRequest(new UserId(1), 1, 1));
}
