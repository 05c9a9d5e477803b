using Connect.Contracts.Conversations;

namespace Connect.Storage.Rules;

/// <summary>When a conversation is placed anew in the lists of its members. Pure.</summary>
internal static class ListRules
{
    private const long Hour = 60L * 60 * 1000;

    /// <summary>
    /// A commit is noted when it is the first of the conversation in an hour: so a place is written at most hourly,
    /// whatever is sent, and is never more than an hour behind.
    /// </summary>
    public static bool Moves(long lastTime, long time) => lastTime / Hour != time / Hour;

    /// <summary>The conversation is a message request to this member.</summary>
    public static bool IsRequest(MemberFlags flags) =>
        flags.HasFlag(MemberFlags.Request) && !flags.HasFlag(MemberFlags.Declined);

    /// <summary>
    /// A row without a meaning: of somebody who was invited and never came. A new member takes its place, so that the
    /// rows of a group are bounded by those who belong or belonged to it.
    /// </summary>
    public static bool IsVacant(Member member) =>
        member is { IsPresent: false, Visible.IsEmpty: true, Invitation: null, Flags: MemberFlags.None };
}
