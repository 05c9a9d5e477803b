using Connect.Contracts.Accounts;
using Connect.Contracts.Conversations;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Refusals;
using Connect.Contracts.Storage;
using Connect.Conversations.History;
using Connect.Conversations.Logging;
using Connect.Conversations.Routing;
using Microsoft.Extensions.Logging;

namespace Connect.Conversations.Requests;

/// <summary>
/// What stops the writer of a direct conversation without being seen: a block, a request's state. Durable in the
/// conversation's store with a raised epoch, whatever writer there is; then the writer that is known is told to
/// load again, so that it refuses, or no longer refuses, at once.
/// </summary>
public sealed class DirectRequests(
    IConversationStore store,
    IConversationReader reader,
    IDirectConversationIds ids,
    IConversations conversations,
    IPublisher publisher,
    IRelations relations,
    ILogger<DirectRequests> log
) : IDirectConversations
{
    private const MemberFlags Open = MemberFlags.Request | MemberFlags.Declined;

    private static readonly Refusal NoRequest = new(RefusalReason.Conflict, "There is no request.", "request");

    /// <summary>Closes the direct conversation of two users for the other, or opens it again.</summary>
    public async ValueTask SetBlockAsync(UserId user, UserId other, bool blocks)
    {
        var conversation = ids.Derive(user, other);
        await (
            blocks
                ? ChangeAsync(conversation, user, other, MemberFlags.Blocks, MemberFlags.None)
                : ChangeAsync(conversation, user, default, MemberFlags.None, MemberFlags.Blocks)
        );
    }

    /// <summary>Accepts what a stranger wrote, or declines it; null when done.</summary>
    public async ValueTask<Refusal?> AnswerAsync(
        UserId user,
        ConversationId conversation,
        bool accepts,
        CancellationToken cancellationToken
    )
    {
        if (await reader.ReadViewsAsync(user, [conversation], cancellationToken) is not [var view])
        {
            return new(RefusalReason.NotFound);
        }

        if ((view.Flags & Open) == MemberFlags.None)
        {
            return accepts && view.Kind == ConversationKind.Direct ? null : NoRequest;
        }

        var add = accepts ? MemberFlags.None : MemberFlags.Declined;
        var member = await ChangeAsync(conversation, user, default, add, Open);
        Tell(conversation, user, accepts ? ConversationNotice.Changed : ConversationNotice.Over);
        if (accepts && member is not null && view.Others is [var author])
        {
            await TellMarksAsync(conversation, view.Head, member, author.User);
        }

        return null;
    }

    /// <summary>They became contacts: what one of them wrote as a stranger is no request any more.</summary>
    public async ValueTask SettleAsync(UserId user, UserId other)
    {
        var conversation = ids.Derive(user, other);
        foreach (var (each, author) in new[] { (user, other), (other, user) })
        {
            if (await ChangeAsync(conversation, each, default, MemberFlags.None, Open) is { } member)
            {
                Tell(conversation, each, ConversationNotice.Changed);
                await TellMarksAsync(conversation, head: 0, member, author);
            }
        }
    }

    /// <summary>The author learns now what was got and read before; the writer told nothing of it then.</summary>
    private async ValueTask TellMarksAsync(ConversationId conversation, long head, Member member, UserId author)
    {
        try
        {
            var privacy = await ReceiptPrivacy.ReadAsync(relations, [member.User, author], CancellationToken.None);
            if (AcceptedMarks.ToTell(member, author, privacy) is { } marks)
            {
                publisher.Publish(Publication.OfReceipts(conversation, head, [marks], [], [author]));
            }
        }
        catch (Exception exception)
        {
            // What is not known must not be told; the list of conversations says it later.
            ConversationLog.MarksUntold(log, exception, conversation);
        }
    }

    /// <summary>The user's own devices: the other is told nothing of it.</summary>
    private void Tell(ConversationId conversation, UserId user, ConversationNotice notice) =>
        publisher.Publish(Publication.OfNotice(conversation, notice, [user]));

    /// <summary>The member's row; null: there is no such conversation.</summary>
    /// <param name="peer">The other member when the head is to be inserted where there is none.</param>
    private async ValueTask<Member?> ChangeAsync(
        ConversationId conversation,
        UserId user,
        UserId peer,
        MemberFlags add,
        MemberFlags remove
    )
    {
        if (await store.SetFlagsAsync(conversation, user, peer, add, remove) is not { } member)
        {
            return null;
        }

        try
        {
            await conversations.RefreshAsync(conversation);
        }
        catch (Exception exception)
        {
            // The writer learns it from the store when it commits: the epoch is raised.
            ConversationLog.AppendUnknown(log, exception, conversation);
        }

        return member;
    }
}

/// <summary>What the author of a message request is told of marks that were set before it was accepted.</summary>
internal static class AcceptedMarks
{
    /// <summary>The marks as the author may see them, by the rule of every list; null: there are none.</summary>
    /// <param name="member">Who accepted, as they are now.</param>
    /// <param name="author">Who wrote.</param>
    /// <param name="privacy">Of the two.</param>
    public static MarkChange? ToTell(Member member, UserId author, ReceiptPrivacy privacy)
    {
        var shown = new VisibleMarks(author, MemberFlags.None, privacy).Of(member);
        return shown is { Delivered: 0, Read: 0 } ? null : shown;
    }
}
