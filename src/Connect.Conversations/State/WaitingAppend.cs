using System.Runtime.InteropServices;
using Connect.Contracts.Conversations;

namespace Connect.Conversations.State;

/// <summary>A caller of <see cref="IConversationGrain.AppendAsync"/>: answered when each of its messages is.</summary>
internal sealed class WaitingAppend
{
    private readonly TaskCompletionSource<AppendReply> _reply = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly AppendResult[] _results;
    private int _left;

    public WaitingAppend(AppendRequest request)
    {
        Request = request;
        _results = new AppendResult[request.Items.Length];
        _left = _results.Length;
    }

    public AppendRequest Request { get; }

    public Task<AppendReply> Reply => _reply.Task;

    /// <summary>Sets the result of one message; the first one stays.</summary>
    public void Complete(int index, AppendResult result)
    {
        if (_results[index].Status != 0)
        {
            return;
        }

        _results[index] = result;
        if (--_left == 0)
        {
            _reply.SetResult(new AppendReply(ImmutableCollectionsMarshal.AsImmutableArray(_results)));
        }
    }
}
