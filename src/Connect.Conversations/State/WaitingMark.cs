using Connect.Contracts.Conversations;

namespace Connect.Conversations.State;

/// <summary>A caller of <see cref="IConversationGrain.MarkAsync"/>: answered when its marks are persisted.</summary>
internal sealed class WaitingMark(MarkRequest request)
{
    private readonly TaskCompletionSource<MarkReply> _reply = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public MarkRequest Request { get; } = request;

    public Task<MarkReply> Reply => _reply.Task;

    public void Complete(AppendStatus status, MemberMarks marks) => _reply.TrySetResult(new MarkReply(status, marks));
}
