using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;

namespace Connect.Conversations.State;

/// <summary>
/// An invite lapses by time; that it did is written by the next append (protocol.md, Groups). Declined, withdrawn and
/// lapsed look alike: the entry says that the invite of this user is over.
/// </summary>
internal sealed class LapsedInvites(ConversationState state, ConversationOptions options)
{
    /// <summary>Adds an entry for each invite that has lapsed and is not written as ended yet.</summary>
    public void AddTo(List<Entry> entries, Dictionary<UserId, Member> members, ChangeEffects effects, long now)
    {
        if (state.Members.FirstInvite is not { } first || first + options.InviteLifetimeMilliseconds > now)
        {
            return;
        }

        foreach (var member in state.Members.All)
        {
            if (
                member.Invitation is { } invitation
                && options.IsLapsed(invitation, now)
                && !members.ContainsKey(member.User)
            )
            {
                End(
                    member,
                    state.NextEntry(entries, EntryKind.InviteEnded, member.User, now),
                    entries,
                    members,
                    effects
                );
            }
        }
    }

    public static void End(
        Member invited,
        Entry entry,
        List<Entry> entries,
        Dictionary<UserId, Member> members,
        ChangeEffects effects
    )
    {
        entries.Add(entry with { Body = EntryChange.OfUser(invited.User).Encode() });
        members[invited.User] = invited with { Invitation = null };
        effects.Uninvited.Add(invited.User);
    }
}
