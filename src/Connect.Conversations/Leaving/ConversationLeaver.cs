using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Conversations.Routing;

namespace Connect.Conversations.Leaving;

/// <summary>
/// Makes a user leave a conversation for good: a direct one by the store, which fences every writer that does not know
/// of it; a group by its writer.
/// </summary>
internal sealed class ConversationLeaver(IConversationStore store, IConversations conversations, TimeProvider time)
    : IConversationDepartures
{
    /// <summary>Other writers may come first that often before it is given up for now.</summary>
    private const int Attempts = 20;

    /// <summary>Durable on return, and safe to repeat.</summary>
    /// <exception cref="StoreRefusesException">Not now: to be tried again later.</exception>
    public async Task LeaveAsync(ConversationId conversation, UserId user)
    {
        var snapshot = await store.LoadAsync(conversation);
        if (snapshot?.Kind == ConversationKind.Group)
        {
            await LeaveGroupAsync(snapshot, user);
            return;
        }

        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (DirectLeave.Decide(conversation, snapshot, user) is not { } commit)
            {
                return;
            }

            // After an unknown outcome a claim decides it for ever (D3).
            snapshot = await TryAsync(commit)
                ? await store.LoadAsync(conversation)
                : await store.ClaimAsync(conversation);
        }

        throw new StoreRefusesException("Other writers kept coming first.");
    }

    private async Task LeaveGroupAsync(ConversationSnapshot snapshot, UserId user)
    {
        var member = snapshot.Members.FirstOrDefault(each => each.User == user);
        if (member is null or { IsPresent: false, Invitation: null })
        {
            return;
        }

        var kind = member.IsPresent ? ChangeKind.Leave : ChangeKind.DeclineInvite;
        var cid = new Cid(Guid.CreateVersion7(time.GetUtcNow()));
        var status = (await conversations.ChangeAsync(snapshot.Conversation, new(user, cid, kind))).Status;
        if (
            status
            is not (
                AppendStatus.Committed
                or AppendStatus.Duplicate
                or AppendStatus.NotFound
                or AppendStatus.NotMember
                or AppendStatus.Forbidden
            )
        )
        {
            throw new StoreRefusesException($"The writer of a group answered {status}.");
        }
    }

    /// <summary>False: whether it was written is not known.</summary>
    private async Task<bool> TryAsync(ConversationCommit commit)
    {
        try
        {
            var result = await store.CommitAsync(commit);
            StoreRefusesException.ThrowIfRefused(
                result.Status == CommitStatus.Refused ? "The store takes no writes now." : null
            );
            return true;
        }
        catch (Exception exception) when (exception is not StoreRefusesException)
        {
            return false;
        }
    }
}
