using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Protocol.V1;
using Xunit;
using MarkRequest = Connect.Protocol.V1.MarkRequest;

namespace Connect.Tests.Gateway;

public sealed class MarkTests : IDisposable
{
    private readonly GatewayHarness _gateway = new();

    public void Dispose() => _gateway.Dispose();

    [Fact]
    public async Task Marks_are_merged_per_conversation_and_confirmed_when_all_are_persisted()
    {
        var (client, anna) = await ConnectAsync();
        var (one, other) = (TalkOf(anna), TalkOf(anna));
        var slow = new TaskCompletionSource();
        _gateway.Conversations.AnswerMark = async conversation =>
        {
            await (conversation == other ? slow.Task : Task.CompletedTask);
            return AppendStatus.Committed;
        };
        await client.ReceiveAsync(
            MakeMark(60, (one, 3, 0), (one, 2, 5), (other, 7, 1)),
            new ClientFrame { Id = 61, Conversations = new() }
        );

        await client.AnswerAsync(61);
        Assert.DoesNotContain(client.Frames, each => each.Id == 60);
        slow.SetResult();
        Assert.NotNull((await client.AnswerAsync(60)).Ok);
        Assert.Equal(
            [(one, 5, 5), (other, 7, 1)],
            _gateway.Conversations.Marks.Select(each => (each.Conversation, each.Request.Delivered, each.Request.Read))
        );
    }

    [Theory]
    [InlineData(AppendStatus.NotFound, ErrorCode.NotFound)]
    [InlineData(AppendStatus.NotMember, ErrorCode.NotMember)]
    [InlineData(AppendStatus.Unavailable, ErrorCode.Unavailable)]
    [InlineData(AppendStatus.Unknown, ErrorCode.UnknownOutcome)]
    public async Task A_mark_that_is_not_persisted_is_not_confirmed(AppendStatus status, ErrorCode code)
    {
        var (client, anna) = await ConnectAsync();
        var bad = TalkOf(anna);
        _gateway.Conversations.AnswerMark = conversation =>
            Task.FromResult(conversation == bad ? status : AppendStatus.Committed);
        await client.ReceiveAsync(MakeMark(60, (TalkOf(anna), 1, 0), (bad, 1, 0)));

        Assert.Equal((uint)code, (await client.AnswerAsync(60)).Err.Code);
        Assert.True(client.Session.ReadGate.IsIdle);
    }

    [Fact]
    public async Task What_may_still_succeed_is_told_before_what_is_refused_for_good()
    {
        var (client, anna) = await ConnectAsync();
        var gone = TalkOf(anna);
        _gateway.Conversations.AnswerMark = conversation =>
            conversation == gone
                ? Task.FromResult(AppendStatus.NotFound)
                : Task.FromException<AppendStatus>(new TimeoutException());
        await client.ReceiveAsync(MakeMark(60, (gone, 1, 0), (TalkOf(anna), 1, 0)));

        Assert.True((await client.AnswerAsync(60)).Err.Retryable);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(500)]
    public async Task Marks_elsewhere_cost_one_read_of_the_store_and_reach_no_writer(int marks)
    {
        var (client, anna) = await ConnectAsync();
        var others = TalkOf(UserId.NewRandom());
        var mine = TalkOf(anna);
        var reads = _gateway.StoreReads;
        var unknown = Enumerable.Range(0, marks - 2).Select(_ => (ConversationId.NewRandom(), 1L, 1L));
        await client.ReceiveAsync(MakeMark(60, [(others, 1, 1), (mine, 1, 1), .. unknown]));

        Assert.Equal((uint)ErrorCode.NotFound, (await client.AnswerAsync(60)).Err.Code);
        Assert.Equal(1, _gateway.StoreReads - reads);
        Assert.Equal([mine], _gateway.Conversations.Marks.Select(each => each.Conversation));
    }

    [Fact]
    public async Task A_mark_that_is_there_already_is_confirmed_without_a_writer()
    {
        var (client, anna) = await ConnectAsync();
        var talk = TalkOf(anna);
        var known = (await _gateway.Store.LoadAsync(talk))!;
        var member = known.Members.Single(each => each.User == anna) with { Marks = new(1, 1, 1, 0) };
        await _gateway.Store.CommitAsync(new(talk, null, known.Epoch, known.Epoch + 1, known.NextSeq, [], [member]));
        await client.ReceiveAsync(MakeMark(60, (talk, 1, 1)));

        Assert.NotNull((await client.AnswerAsync(60)).Ok);
        Assert.Empty(_gateway.Conversations.Marks);
        await client.ReceiveAsync(MakeMark(61, (talk, 2, 1)));
        Assert.NotNull((await client.AnswerAsync(61)).Ok);
        Assert.Single(_gateway.Conversations.Marks);
    }

    private async Task<(TestClient Client, UserId User)> ConnectAsync()
    {
        var user = await _gateway.NewUserAsync("anna");
        return (await _gateway.ConnectAsync(user), user);
    }

    /// <summary>A conversation with one message of the user.</summary>
    private ConversationId TalkOf(UserId user)
    {
        var conversation = ConversationId.NewRandom();
        _gateway.Conversations.Write(conversation, user, UserId.NewRandom(), "text");
        return conversation;
    }

    private static ClientFrame MakeMark(ulong id, params (ConversationId Conversation, long D, long R)[] marks)
    {
        var request = new MarkRequest();
        foreach (var (conversation, delivered, read) in marks)
        {
            request.Marks.Add(
                new Mark
                {
                    Conversation = conversation.ToString(),
                    Delivered = (ulong)delivered,
                    Read = (ulong)read,
                }
            );
        }

        return new() { Id = id, Mark = request };
    }
}
