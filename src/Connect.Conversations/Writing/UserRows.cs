using Connect.Contracts;
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
    /// Deletes the index rows of those who left and the rows of invites that are over. A leftover row is harmless:
    /// reads ignore it and it is deleted later.
    /// </summary>
    public async ValueTask ForgetAsync(ChangeEffects effects)
    {
        foreach (var user in effects.Left)
        {
            await TryAsync(async () =>
            {
                if (await index.FindAsync(user, conversation, CancellationToken.None) is { } row)
                {
                    await index.DeleteAsync(user, conversation, row.Cid);
                }
            });
        }

        foreach (var (user, invitation) in effects.InvitesOver)
        {
            await TryAsync(async () =>
            {
                await index.ForgetSentAsync(invitation.By, conversation, [user]);
                if (!invitation.IsHidden)
                {
                    await index.DeleteInviteAsync(user, conversation, invitation.Time);
                }
            });
        }
    }

    private async ValueTask TryAsync(Func<Task> forgetAsync)
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
