using Connect.Contracts.Conversations;
using Connect.Contracts.Storage;

namespace Connect.Conversations.State;

/// <summary>One change of a group that waits for its decision, with what the store said of its cid so far.</summary>
internal sealed class WaitingChange(ChangeRequest request)
{
    private readonly TaskCompletionSource<ChangeReply> _reply = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ChangeRequest Request { get; } = request;

    /// <summary>
    /// The body of the entry that would carry the cid, as of the last decision: the store compares it.
    /// </summary>
    public ReadOnlyMemory<byte> Body { get; set; }

    /// <summary>The store was asked for the cid; <see cref="Known"/> is its answer.</summary>
    public bool Asked { get; private set; }

    public KnownCid? Known { get; private set; }

    public Task<ChangeReply> Reply => _reply.Task;

    public CidProbe Probe => new(Request.Actor, Request.Cid, Body);

    public void Answer(KnownCid? known) => (Asked, Known) = (true, known);

    /// <summary>Another writer may have committed since what the store did not know; what it knew stays.</summary>
    public void ForgetUnknown() => Asked = Known is not null;

    public void Complete(ChangeReply reply) => _reply.TrySetResult(reply);
}
