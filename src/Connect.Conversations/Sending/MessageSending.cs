using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Refusals;
using Connect.Contracts.Storage;
using Connect.Conversations.Logging;
using Connect.Conversations.Routing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Connect.Conversations.Sending;

/// <summary>A message as its sender wrote it; what is not given is empty, or 0.</summary>
/// <param name="Conversation">The id of the conversation; empty when <paramref name="To"/> is given.</param>
/// <param name="To">The other user of a direct conversation, instead of its id.</param>
/// <param name="Cid">The sender's own id of the message.</param>
/// <param name="Text">The text.</param>
/// <param name="After">The cid of the device's message before it.</param>
/// <param name="Seen">The highest seq up to which nothing was skipped on screen.</param>
/// <param name="Tag">What the door knows the request by.</param>
public readonly record struct MessageDraft(
    string Conversation,
    string To,
    string Cid,
    string Text,
    string After,
    ulong Seen,
    ulong Tag = 0
);

/// <summary>A message on its way to the writer of its conversation.</summary>
/// <param name="Conversation">Which.</param>
/// <param name="Peer">The other user, when the conversation was named by them; none otherwise.</param>
/// <param name="Item">The message.</param>
/// <param name="Tag">What the door knows the request by.</param>
/// <param name="Began">When it came in, as a timestamp; 0 when nobody listens.</param>
public readonly record struct OutgoingMessage(
    ConversationId Conversation,
    UserId Peer,
    AppendItem Item,
    ulong Tag,
    long Began
);

/// <summary>What became of a batch.</summary>
/// <param name="Failure">Why all of it failed; none: see <paramref name="Results"/>.</param>
/// <param name="Results">One for each message, in their order.</param>
/// <param name="Standing">What the named user is to the sender.</param>
public readonly record struct SendReply(
    RefusalReason Failure,
    ImmutableArray<AppendResult> Results,
    PeerStanding Standing
)
{
    /// <summary>Why a message of the batch was refused; none: it is committed.</summary>
    public RefusalReason ReasonOf(int index, in OutgoingMessage message)
    {
        if (Failure != RefusalReason.None)
        {
            return Failure;
        }

        // A conversation with nobody, named by its id, does not exist.
        var isNothing = Standing == PeerStanding.Unreachable && message.Peer.IsNone;
        var reason = Results[index].Status.ToReason();
        return isNothing && reason == RefusalReason.Forbidden ? RefusalReason.NotFound : reason;
    }

    /// <summary>
    /// What messages gathered behind this batch fail with, so that the sender sends all of them again in order; none:
    /// they may go on.
    /// </summary>
    public RefusalReason Behind()
    {
        if (Failure != RefusalReason.None)
        {
            return Failure == RefusalReason.UnknownOutcome ? RefusalReason.Predecessor : Failure;
        }

        var behind = RefusalReason.None;
        foreach (var result in Results)
        {
            behind = result.Status switch
            {
                AppendStatus.Unavailable => RefusalReason.Unavailable,
                AppendStatus.Predecessor or AppendStatus.Unknown => RefusalReason.Predecessor,
                _ => behind,
            };
        }

        return behind;
    }
}

/// <summary>
/// A message into a conversation, by whichever door it comes: what can be refused without asking anybody is refused by
/// <see cref="TryRead"/>; the rest is the writer's answer.
/// </summary>
public sealed class MessageSending(
    IConversations conversations,
    PeerCheck peers,
    ISendBudget budget,
    SendMetrics metrics,
    IOptions<SendingOptions> options,
    ILogger<MessageSending> log
)
{
    private static readonly Refusal BadCid = new(RefusalReason.Invalid, Field: "cid");
    private static readonly Refusal BadAfter = new(RefusalReason.Invalid, Field: "after");
    private static readonly Refusal NoText = new(RefusalReason.Invalid, Field: "text");
    private static readonly Refusal TextTooLarge = new(RefusalReason.TooLarge, Field: "text");
    private static readonly Refusal NoConversation = new(RefusalReason.Invalid, Field: "conversation");
    private static readonly Refusal UnknownConversation = new(RefusalReason.NotFound, Field: "conversation");
    private static readonly Refusal TwoTargets = new(RefusalReason.Invalid, Field: "to");
    private static readonly Refusal Oneself = new(RefusalReason.Invalid, Field: "to");
    private static readonly Refusal UnknownUser = new(RefusalReason.Forbidden, Field: "to");

    /// <summary>Reads a message; false with the reason and the field at fault.</summary>
    public bool TryRead(
        UserId sender,
        in MessageDraft draft,
        IDirectConversationIds directIds,
        out OutgoingMessage message,
        [NotNullWhen(false)] out Refusal? refusal
    )
    {
        message = default;
        refusal = FindConversation(sender, draft, directIds, out var conversation, out var peer);
        if (refusal is not null)
        {
            return false;
        }

        var after = default(Cid);
        refusal =
            !Cid.TryParse(draft.Cid, out var cid) ? BadCid
            : draft.After.Length > 0 && !Cid.TryParse(draft.After, out after) ? BadAfter
            : draft.Text.Length == 0 ? NoText
            : null;
        if (refusal is not null)
        {
            return false;
        }

        var text = Encoding.UTF8.GetBytes(draft.Text);
        if (text.Length > options.Value.TextBytes)
        {
            refusal = TextTooLarge;
            return false;
        }

        var item = new AppendItem(cid, text, after, (long)Math.Min(draft.Seen, long.MaxValue));
        message = new(conversation, peer, item, draft.Tag, metrics.Began());
        return true;
    }

    /// <summary>Sends one batch of a sender into one conversation.</summary>
    /// <param name="sender">Who.</param>
    /// <param name="session">From which session; none: not from one.</param>
    /// <param name="batch">Not empty, all of one conversation, in the order in which they are to be committed.</param>
    public async Task<SendReply> AppendAsync(UserId sender, SessionId session, OutgoingMessage[] batch)
    {
        var conversation = batch[0].Conversation;
        var peer = Array.Find(batch, each => !each.Peer.IsNone).Peer;
        PeerStanding standing;
        try
        {
            standing = await peers.FindAsync(sender, peer, CancellationToken.None);
        }
        catch (Exception exception)
        {
            // The outcome is known: nothing was sent. Only the recipient could not be looked up.
            ConversationLog.PeerUnknown(log, exception, conversation);
            return new(RefusalReason.Unavailable, [], default);
        }

        try
        {
            var items = ImmutableArray.CreateRange(batch.Select(each => each.Item));
            var request = new AppendRequest(sender, session, peer, items, standing);
            var reply = await conversations.AppendAsync(conversation, request);
            if (reply.Results.Length != batch.Length)
            {
                throw new InvalidOperationException("An append answered another number of messages than it was given.");
            }

            Account(batch, reply.Results);
            return new(RefusalReason.None, reply.Results, standing);
        }
        catch (Exception exception)
        {
            // It may be committed or not: the same cid finds out.
            ConversationLog.AppendUnknown(log, exception, conversation);
            return new(RefusalReason.UnknownOutcome, [], standing);
        }
    }

    private void Account(OutgoingMessage[] batch, ImmutableArray<AppendResult> results)
    {
        for (var i = 0; i < batch.Length; i++)
        {
            if (results[i].IsCommitted)
            {
                metrics.Accepted(results[i].Status, batch[i].Began);
            }
            else
            {
                budget.Answered(batch[i].Conversation, results[i].Status);
            }
        }
    }

    /// <summary>
    /// Either the conversation itself, or the direct one with a user, whose id follows from the pair. Null: found.
    /// </summary>
    private static Refusal? FindConversation(
        UserId sender,
        in MessageDraft draft,
        IDirectConversationIds directIds,
        out ConversationId conversation,
        out UserId peer
    )
    {
        (conversation, peer) = (default, default);
        if (draft.Conversation.Length > 0)
        {
            // What is not even an id is treated like a conversation that does not exist.
            return draft.To.Length > 0 ? TwoTargets
                : ConversationId.TryParse(draft.Conversation, out conversation) ? null
                : UnknownConversation;
        }

        if (draft.To.Length == 0)
        {
            return NoConversation;
        }

        // What is not an id is treated like a user who does not exist.
        if (!UserId.TryParse(draft.To, out peer))
        {
            return UnknownUser;
        }

        if (peer == sender)
        {
            return Oneself;
        }

        conversation = directIds.Derive(sender, peer);
        return null;
    }
}

/// <summary>Who pays for messages; a door takes from it before it sends.</summary>
public interface ISendBudget
{
    /// <summary>
    /// Gives a conversation back what a message took from it that its sender may not write there: outsiders must not
    /// use up what its members have.
    /// </summary>
    void Answered(ConversationId conversation, AppendStatus status);
}
