using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Conversations.State;
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
        var queue = new AppendBatchQueue(_options);
        Assert.True(queue.TryAdd(Append(60, 40)));
        Assert.False(queue.TryAdd(Append(1)));
        Assert.Equal(2, Take(queue).Messages.Count);
        Assert.True(queue.TryAdd(Append(100)));
    }

    [Fact]
    public void Marks_that_wait_are_bounded_and_freed_when_they_are_taken()
    {
        _options.MaxWaitingMarks = 2;
        var queue = new AppendBatchQueue(_options);
        Assert.NotNull(queue.TryAdd(Mark(1)));
        Assert.NotNull(queue.TryAdd(Mark(2)));
        Assert.Null(queue.TryAdd(Mark(3)));
        Assert.NotNull(queue.TryAdd(Mark(2)));
        Assert.Equal(2, Take(queue).Marks.Count);
        Assert.NotNull(queue.TryAdd(Mark(3)));
    }

    [Fact]
    public void What_one_user_asks_meanwhile_is_one_mark_and_all_who_asked_get_its_answer()
    {
        _options.MaxWaitingMarks = 1;
        var queue = new AppendBatchQueue(_options);
        var replies = Enumerable
            .Range(1, 10_000)
            .Select(seq => queue.TryAdd(new MarkRequest(new(1), seq, seq / 2))!.Reply)
            .ToList();

        var mark = Assert.Single(Take(queue).Marks);
        Assert.Equal(new MarkRequest(new(1), 10_000, 5_000), mark.Request);
        mark.Complete(AppendStatus.Committed, new(10_000, 5_000, 0, 0));
        Assert.All(replies, reply => Assert.Equal(AppendStatus.Committed, reply.Result.Status));
    }

    [Fact]
    public void Two_marks_of_one_user_in_a_batch_are_both_answered_when_the_store_has_to_count_first()
    {
        var queue = new AppendBatchQueue(_options);
        var waiting = queue.TryAdd(Mark())!;
        var hasty = queue.TryAdd(Mark(), isHasty: true)!;
        var first = Take(queue);
        var decision = new AppendBatchDecision { Messages = [], Marks = new MarkReply[2] };
        decision.Later[new(1)] = new(0, 1);
        first.Complete(decision);
        queue.Defer(first, decision, isStopping: false);

        Assert.Single(Take(queue).Marks).Complete(AppendStatus.Committed, default);
        Assert.True(waiting.Reply.IsCompleted && hasty.Reply.IsCompleted, "A caller waits for ever.");
        Assert.False(queue.HasWork);
    }

    [Fact]
    public void Marks_for_which_the_store_counts_go_behind_what_waits_and_so_many_at_once()
    {
        _options.MaxCommitMessages = 2;
        _options.MaxCountedMarks = 2;
        var queue = new AppendBatchQueue(_options);
        for (var user = 1; user <= 3; user++)
        {
            Assert.NotNull(queue.TryAdd(Mark(user)));
        }

        Assert.True(queue.TryAdd(Append(1, 2, 3)));
        var first = Take(queue);
        var decision = new AppendBatchDecision { Messages = new AppendResult[2], Marks = new MarkReply[3] };
        first.Marks.ForEach(mark => decision.Later[mark.Request.User] = new(0, 1));
        first.Complete(decision);
        queue.Defer(first, decision, isStopping: false);
        Assert.True(queue.TryAdd(Append(4)));

        Assert.Equal([3, 4], Lengths(Take(queue)));
        Assert.Equal([new UserId(1), new UserId(2)], Take(queue).Marks.Select(mark => mark.Request.User));
        Assert.Equal([new UserId(3)], Take(queue).Marks.Select(mark => mark.Request.User));
        Assert.False(queue.HasWork);
    }

    [Fact]
    public void Changes_that_wait_are_bounded_and_freed_when_they_are_taken()
    {
        _options.MaxWaitingChanges = 1;
        var queue = new AppendBatchQueue(_options);
        Assert.True(queue.TryAdd(new WaitingChange(null!)));
        Assert.False(queue.TryAdd(new WaitingChange(null!)));
        Assert.NotNull(Take(queue).Change);
        Assert.True(queue.TryAdd(new WaitingChange(null!)));
    }

    [Fact]
    public void A_commit_carries_so_many_messages_and_the_others_wait_in_their_order()
    {
        _options.MaxCommitMessages = 3;
        var queue = new AppendBatchQueue(_options);
        Assert.True(queue.TryAdd(Append(1, 2, 3, 4, 5)));
        Assert.Equal([1, 2, 3], Lengths(Take(queue)));
        Assert.Equal([4, 5], Lengths(Take(queue)));
        Assert.False(queue.HasWork);
    }

    [Fact]
    public void A_commit_carries_so_many_bytes_but_one_message_always()
    {
        _options.MaxCommitBytes = 100;
        var queue = new AppendBatchQueue(_options);
        Assert.True(queue.TryAdd(Append(150, 60, 40, 1)));
        Assert.Equal([150], Lengths(Take(queue)));
        Assert.Equal([60, 40], Lengths(Take(queue)));
        Assert.Equal([1], Lengths(Take(queue)));
    }

    [Fact]
    public void Marks_that_wait_go_with_a_member_s_message_or_when_they_are_due_and_with_nothing_else()
    {
        var queue = new AppendBatchQueue(_options);
        Assert.NotNull(queue.TryAdd(Mark()));
        Assert.NotNull(queue.TryAdd(Mark(), isHasty: true));
        Assert.True(queue.TryAdd(Append(1)));
        Assert.True(queue.HasWork);
        var turn = queue.Take(marksAreDue: false, _ => false);
        Assert.Equal((1, 1), (turn.Messages.Count, turn.Marks.Count));
        Assert.Equal((false, true), (queue.HasWork, queue.HasMarks));

        Assert.True(queue.TryAdd(Append(1)));
        turn = queue.Take(marksAreDue: false, user => user == new UserId(1));
        Assert.Equal((1, 1), (turn.Messages.Count, turn.Marks.Count));

        Assert.NotNull(queue.TryAdd(Mark()));
        Assert.Single(queue.Take(marksAreDue: true, _ => false).Marks);
        Assert.False(queue.HasMarks);
    }

    private static AppendBatch Take(AppendBatchQueue queue) => queue.Take(marksAreDue: true, _ => true);

    private static IEnumerable<int> Lengths(AppendBatch turn) => turn.Messages.Select(each => each.Item.Text.Length);

    private static WaitingAppend Append(params int[] lengths) =>
        new(
            new AppendRequest(
                new UserId(1),
                default,
                new UserId(2),
                [.. lengths.Select(length => new AppendItem(default, new byte[length], default, 0))]
            )
        );

    private static MarkRequest Mark(long user = 1) => new(new UserId((UInt128)user), 1, 1);
}
