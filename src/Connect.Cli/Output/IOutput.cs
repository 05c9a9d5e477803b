using Connect.Cli.Words;
using Connect.Client;

namespace Connect.Cli.Output;

/// <summary>How results are written: for people or for scripts.</summary>
internal interface IOutput
{
    void Account(string what, string username, string user, string device);

    void Device(DeviceInfo device);

    void Conversation(ConversationInfo conversation);

    /// <summary>A message or a change, from the history or just received.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="from">The name of its author.</param>
    /// <param name="concerned">The name of the member a change concerns.</param>
    void Entry(Entry entry, string from, string concerned = "");

    /// <summary>A group was created.</summary>
    void Group(string id, string title);

    void Member(GroupMember member);

    void Invite(GroupInvite invite);

    /// <summary>A user was added to a group, or invited to it.</summary>
    void Added(string username, string user, bool isInvited);

    void Sent(SentMessage message);

    /// <summary>A message is in the outbox and has not been sent yet.</summary>
    void Queued(OutgoingMessage message);

    void Failed(OutgoingMessage message, ConnectException error);

    /// <summary>A message was refused before it got into the outbox.</summary>
    void NotQueued(string conversation, ConnectException error);

    void Skipped(RangeSkipped range);

    /// <summary>A member has received or read more.</summary>
    /// <param name="receipt">How far they have come.</param>
    /// <param name="user">Their name.</param>
    /// <param name="tally">In a group: how many members that now applies to; empty = unknown.</param>
    void Receipt(ReceiptChanged receipt, string user, string tally = "");

    /// <summary>In a large group: how many members have received and read a message of this user.</summary>
    /// <param name="counts">The counts.</param>
    /// <param name="others">The number of other members; 0 = unknown.</param>
    void Counts(ReceiptCountsChanged counts, int others = 0);

    /// <summary>What became of one message for a member.</summary>
    void Reader(MemberPlace place, string user, ReaderState state);

    /// <summary>Who is typing; empty when everybody has stopped.</summary>
    void Typing(TypingChanged typing, IReadOnlyList<string> users);

    void Presence(UserPresence presence, string user);

    void Contact(Contact contact);

    void Blocked(BlockedUser user);

    void Privacy(UserPrivacy privacy);

    void State(ConnectionState state, ConnectException? error);
}
