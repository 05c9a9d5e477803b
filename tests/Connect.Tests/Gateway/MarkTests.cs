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
        var client = await _gateway.ConnectAsync(await _gateway.NewUserAsync("anna"));
        var (one, other) = (ConversationId.NewRandom(), ConversationId.NewRandom());
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
        var client = await _gateway.ConnectAsync(await _gateway.NewUserAsync("anna"));
        var bad = ConversationId.NewRandom();
        _gateway.Conversations.AnswerMark = conversation =>
            Task.FromResult(conversation == bad ? status : AppendStatus.Committed);
        await client.ReceiveAsync(MakeMark(60, (ConversationId.NewRandom(), 1, 0), (bad, 1, 0)));

        Assert.Equal((uint)code, (await client.AnswerAsync(60)).Err.Code);
        Assert.True(client.Session.ReadGate.IsIdle);
    }

    [Fact]
    public async Task What_may_still_succeed_is_told_before_what_is_refused_for_good()
    {
        var client = await _gateway.ConnectAsync(await _gateway.NewUserAsync("anna"));
        var gone = ConversationId.NewRandom();
        _gateway.Conversations.AnswerMark = conversation =>
            conversation == gone
                ? Task.FromResult(AppendStatus.NotFound)
                : Task.FromException<AppendStatus>(new TimeoutException());
        await client.ReceiveAsync(MakeMark(60, (gone, 1, 0), (ConversationId.NewRandom(), 1, 0)));

        Assert.True((await client.AnswerAsync(60)).Err.Retryable);
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
