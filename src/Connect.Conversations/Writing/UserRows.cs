using Connect.Contracts;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Conversations.Logging;
using Connect.Conversations.State;
using Microsoft.Extensions.Logging;

namespace Connect.Conversations.Writing;

/// <summary>
/// The rows that a conversation has at its users: written before the entry that needs them and deleted after the one
/// that ends that (ADR 0015).
/// </summary>
internal sealed class UserRows(ConversationId conversation, IConversationIndex index, ILogger logger)
{
    /// <summary>Runs before every attempt to commit an entry that adds or invites somebody.</summary>
    public async ValueTask PrepareAsync(ConversationCommit commit, ChangeEffects effects)
    {
        var invites = commit.Members.Where(each => effects.Invited.Contains(each.User)).ToList();
        if (invites.Count > 0)
        {
            await index.PutInvitesAsync([
                .. invites.Select(each => new InviteRow(
                    each.User,
                    conversation,
                    each.Invitation!.By,
                    each.Invitation.Time
                )),
            ]);
        }

        var newcomers = effects.NeedIndex.ToHashSet();
        if (newcomers.Count == 0)
        {
            return;
        }

        var first = commit.Entries[0];
        await index.PutAsync([.. newcomers.Select(user => new IndexRow(user, conversation, first.Cid, first.Time))]);
        FaultPoints.Hit(FaultPoints.AfterIndexBeforeEntry);
    }

    /// <summary>
    /// Deletes the index rows of those who left and the rows of invites that are over, all at once, so that they share
    /// the syncs of the store: the group waits for it. A leftover row is harmless: reads ignore it and it is deleted
    /// later.
    /// </summary>
    public async ValueTask ForgetAsync(ChangeEffects effects) =>
        await Task.WhenAll([
            .. effects.Left.Select(user => TryAsync(() => ForgetMemberAsync(user))),
            .. effects.InvitesOver.Select(over => TryAsync(() => ForgetInviteAsync(over.User, over.Invitation))),
        ]);

    private async Task ForgetMemberAsync(UserId user)
    {
        if (await index.FindAsync(user, conversation, CancellationToken.None) is { } row)
        {
            await index.DeleteAsync(user, conversation, row.Cid);
        }
    }

    private async Task ForgetInviteAsync(UserId user, Invitation invitation)
    {
        await index.ForgetSentAsync(invitation.By, conversation, [user]);
        if (!invitation.IsHidden)
        {
            await index.DeleteInviteAsync(user, conversation, invitation.Time);
        }
    }

    private async Task TryAsync(Func<Task> forgetAsync)
    {
        try
        {
            await forgetAsync();
        }
        catch (Exception exception)
        {
            ConversationLog.IndexRowLeft(logger, conversation, exception);
        }
    }
}
