using System.Collections.Immutable;
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
    /// <summary>How often other writers may come first before this gives up for now.</summary>
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

            // After an unknown outcome, a claim settles it (ADR 0002).
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

/// <summary>
/// How a deleted user leaves a direct conversation: their own member row and a raised epoch in one commit, so that
/// every writer that does not know of it yet, wherever it is, is fenced at its next commit. It is no entry: the other
/// side keeps its history as it is. When both sides are gone, the conversation's key is destroyed. Pure.
/// </summary>
internal static class DirectLeave
{
    /// <summary>The commit that makes the user leave; null when they have no place there any more.</summary>
    public static ConversationCommit? Decide(ConversationId conversation, ConversationSnapshot? snapshot, UserId user)
    {
        if (snapshot is null)
        {
            // Their index row came first and the first entry may still be on its way: whoever commits it finds a
            // conversation in which one side is gone.
            var gone = new Member(user, MemberRole.None, [], default);
            return new(conversation, new(ConversationKind.Direct, null), 0, 1, 1, [], [gone]);
        }

        var member = snapshot.Members.FirstOrDefault(each => each.User == user);
        if (member is not { IsPresent: true })
        {
            return null;
        }

        var left = member with { Role = MemberRole.None, Visible = UpTo(member.Visible, snapshot.NextSeq - 1) };
        var closes = !snapshot.Members.Any(each => each.IsPresent && each.User != user);
        return new(conversation, null, snapshot.Epoch, snapshot.Epoch + 1, snapshot.NextSeq, [], [left])
        {
            Closes = closes,
        };
    }

    private static ImmutableArray<SeqRange> UpTo(ImmutableArray<SeqRange> visible, long head) =>
        [.. visible.Where(range => range.From <= head).Select(range => range with { To = Math.Min(range.To, head) })];
}
