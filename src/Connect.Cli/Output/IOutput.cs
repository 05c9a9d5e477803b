using Connect.Client;

namespace Connect.Cli.Output;

/// <summary>How results are written: for people or for scripts.</summary>
internal interface IOutput
{
    void Account(string what, string username, string user, string device);

    void Conversation(ConversationInfo conversation);

    /// <summary>A message or a change, of the history or just received.</summary>
    /// <param name="entry">Which.</param>
    /// <param name="from">The name of who wrote it or made the change.</param>
    /// <param name="concerned">The name of the member a change concerns.</param>
    void Entry(Entry entry, string from, string concerned = "");

    /// <summary>A group was made.</summary>
    void Group(string id, string title);

    void Member(GroupMember member);

    void Invite(GroupInvite invite);

    /// <summary>Somebody was added to a group, or invited to it.</summary>
    void Added(string username, string user, bool isInvited);

    void Sent(SentMessage message);

    /// <summary>A message is in the outbox and not sent yet.</summary>
    void Queued(OutgoingMessage message);

    void Failed(OutgoingMessage message, ConnectException error);

    void Skipped(RangeSkipped range);

    /// <summary>A member has got or read more.</summary>
    /// <param name="receipt">How far they are.</param>
    /// <param name="user">Their name.</param>
    /// <param name="tally">In a group: of how many that is true now; empty = not known.</param>
    void Receipt(ReceiptChanged receipt, string user, string tally = "");

    /// <summary>In a large group: how many have got and read a message of this user.</summary>
    /// <param name="counts">What was counted.</param>
    /// <param name="others">The other members; 0 = not known.</param>
    void Counts(ReceiptCountsChanged counts, int others = 0);

    /// <summary>How far a member is, seen from one message.</summary>
    void Reader(MemberPlace place, string user, long seq);

    /// <summary>Who is typing; none: nobody any more.</summary>
    void Typing(TypingChanged typing, IReadOnlyList<string> users);

    void Presence(UserPresence presence, string user);

    void Contact(Contact contact);

    void Blocked(BlockedUser user);

    void Privacy(UserPrivacy privacy);

    void State(ConnectionState state, ConnectException? error);
}
