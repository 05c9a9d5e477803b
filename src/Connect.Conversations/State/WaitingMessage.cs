using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;

namespace Connect.Conversations.State;

/// <summary>One message that waits for its decision, with what the store said of it so far.</summary>
internal sealed class WaitingMessage(WaitingAppend append, int index)
{
    public AppendItem Item { get; } = append.Request.Items[index];

    public UserId Sender => append.Request.Sender;

    public SessionId Session => append.Request.Session;

    /// <summary>The other user of a direct conversation when the message may create it; none otherwise.</summary>
    public UserId Peer => append.Request.Peer;

    public PeerStanding Standing => append.Request.Standing;

    /// <summary>The store was asked for the cid; <see cref="Known"/> is its answer.</summary>
    public bool Asked { get; private set; }

    /// <summary>The idempotency row of the cid; null when not asked or not known.</summary>
    public KnownCid? Known { get; private set; }

    /// <summary>The store was asked for the predecessor; <see cref="AfterKnown"/> is its answer.</summary>
    public bool AfterAsked { get; private set; }

    public bool AfterKnown { get; private set; }

    public void Answer(KnownCid? known) => (Asked, Known) = (true, known);

    public void AnswerAfter(bool known) => (AfterAsked, AfterKnown) = (true, known);

    /// <summary>
    /// Drops what the store did not know: another writer may have committed it since. What it knew stays true for ever.
    /// </summary>
    public void ForgetUnknown()
    {
        Asked = Known is not null;
        AfterAsked = AfterKnown;
    }

    public void Complete(AppendResult result) => append.Complete(index, result);
}
