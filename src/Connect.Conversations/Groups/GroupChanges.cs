using System.Collections.Immutable;
using Connect.Contracts.Accounts;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Refusals;
using Connect.Contracts.Storage;
using Connect.Conversations.Logging;
using Connect.Conversations.Routing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Connect.Conversations.Groups;

/// <summary>Changes of groups on their way to the writer: who is to be added, and who can only be invited.</summary>
public sealed class GroupChanges(
    IConversations conversations,
    IConversationIndex index,
    Invites invites,
    IUserNames users,
    IRelations relations,
    IOptions<GroupOptions> options,
    ILogger<GroupChanges> log
)
{
    private static readonly Refusal TooManyConversations = new(
        RefusalReason.RateLimited,
        "You are in too many conversations."
    );

    /// <summary>Asks the writer; the outcome in the numbers of the protocol.</summary>
    public async Task<Answer<GroupChanged>> ChangeAsync(ConversationId conversation, ChangeRequest request)
    {
        if (
            request.Kind is ChangeKind.Create or ChangeKind.AcceptInvite
            && await IsFullAsync(request.Actor)
            && await index.FindAsync(request.Actor, conversation, CancellationToken.None) is null
        )
        {
            return TooManyConversations;
        }

        var (refusal, reservation) = await invites.ReserveAsync(conversation, request);
        if (refusal is not null)
        {
            return refusal;
        }

        var answer = await AskAsync(conversation, request);
        if (answer.TryGet(out _, out var why))
        {
            await invites.SettleAsync(conversation, request.Actor, reservation);
        }
        else if (why.Reason != RefusalReason.UnknownOutcome)
        {
            await invites.ReleaseAsync(conversation, request.Actor, reservation);
        }

        return answer;
    }

    private async Task<Answer<GroupChanged>> AskAsync(ConversationId conversation, ChangeRequest request)
    {
        ChangeReply reply;
        try
        {
            reply = await conversations.ChangeAsync(conversation, request);
        }
        catch (Exception exception)
        {
            // It may be committed or not: the same key tells.
            ConversationLog.AppendUnknown(log, exception, conversation);
            return new Refusal(RefusalReason.UnknownOutcome);
        }

        return reply.Status switch
        {
            AppendStatus.Committed or AppendStatus.Duplicate => new GroupChanged(conversation, request, reply),
            AppendStatus.TooManyInvites => new Refusal(
                RefusalReason.RateLimited,
                "Too many of your invites wait for an answer."
            ),
            var status => new Refusal(status.ToReason()),
        };
    }

    /// <summary>
    /// Reads the users of a request and says who is to be added and who to be invited: somebody who is no contact of
    /// the actor decides for themselves.
    /// </summary>
    public async Task<Answer<Newcomers>> ReadAsync(
        UserId actor,
        IReadOnlyList<string> ids,
        int limit,
        string field,
        CancellationToken cancellationToken
    )
    {
        if (ids.Count > limit)
        {
            return new Refusal(RefusalReason.TooLarge, $"At most {limit} users.", field);
        }

        var asked = ImmutableArray.CreateBuilder<UserId>(ids.Count);
        foreach (var id in ids.Distinct())
        {
            if (
                !UserId.TryParse(id, out var user)
                || await users.FindNameAsync(user) is null
                || (user != actor && await IsFullAsync(user))
            )
            {
                return new Refusal(RefusalReason.Forbidden, "One of these users cannot be added.", field);
            }

            if (user != actor)
            {
                asked.Add(user);
            }
        }

        return await SortAsync(actor, asked.DrainToImmutable(), cancellationToken);
    }

    private async ValueTask<bool> IsFullAsync(UserId user) =>
        await index.CountAsync(user, CancellationToken.None) >= options.Value.Conversations;

    /// <summary>
    /// A block turns an add into an invite that is never shown, which looks like any other to the group.
    /// </summary>
    private async Task<Newcomers> SortAsync(
        UserId actor,
        ImmutableArray<UserId> asked,
        CancellationToken cancellationToken
    )
    {
        var contacts = await relations.FindContactsAsync(actor, asked, cancellationToken);
        var blocks = await relations.FindBlocksAsync(actor, asked, cancellationToken);
        var blocking = blocks.Where(block => block.ByOther).Select(block => block.Other).ToHashSet();
        var isAdded = asked.ToLookup(user => contacts.Contains(user) && !blocking.Contains(user));
        return new([.. isAdded[true]], [.. isAdded[false].Select(user => new Invitee(user, blocking.Contains(user)))]);
    }
}

/// <summary>A change that is durable.</summary>
public sealed record GroupChanged(ConversationId Conversation, ChangeRequest Request, ChangeReply Reply);

/// <summary>Who is to be added to a group, and who to be invited.</summary>
public sealed record Newcomers(ImmutableArray<UserId> Add, ImmutableArray<Invitee> Invite);
