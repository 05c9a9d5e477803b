using System.Collections.Immutable;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Delivery;

/// <summary>
/// The node's fan-out as a grain sees it: takes a publication and returns at once. When its queues are full it drops
/// the content and keeps a hint, which it resends until acknowledged.
/// </summary>
public interface IPublisher
{
    void Publish(Publication publication);
}

/// <summary>
/// What the writer of a conversation tells its members: entries, changed marks, or, when both are empty, a hint that
/// the head is at least <paramref name="Head"/>. A push only hints; the log is the truth.
/// </summary>
/// <param name="Conversation">Which.</param>
/// <param name="Head">The head when this was made.</param>
/// <param name="Entries">Committed entries, ascending and dense.</param>
/// <param name="Origins">For each entry the session it came from, which is not pushed to; none for changes.</param>
/// <param name="Receipts">Members whose marks rose.</param>
/// <param name="Recipients">Who gets it.</param>
/// <param name="Notice">What became of the conversation for the recipients, when nothing else says so.</param>
/// <param name="Counts">Of a large group: how far its entries got, when that changed.</param>
/// <param name="Typing">Somebody types or stopped; such a publication has nothing else.</param>
/// <param name="Contact">With a notice: what changed is what the recipients have to do with this user.</param>
[GenerateSerializer, Immutable, Alias("Publication")]
public sealed record Publication(
    [property: Id(0)] ConversationId Conversation,
    [property: Id(1)] long Head,
    [property: Id(2)] ImmutableArray<Entry> Entries,
    [property: Id(3)] ImmutableArray<SessionId> Origins,
    [property: Id(4)] ImmutableArray<MarkChange> Receipts,
    [property: Id(5)] ImmutableArray<UserId> Recipients,
    [property: Id(6)] ConversationNotice Notice = ConversationNotice.None,
    [property: Id(7)] ImmutableArray<EntryCounts> Counts = default,
    [property: Id(8)] TypingChange? Typing = null,
    [property: Id(9)] UserId Contact = default
)
{
    public bool IsHint =>
        Entries.IsEmpty
        && Receipts.IsEmpty
        && Counts.IsDefaultOrEmpty
        && Notice == ConversationNotice.None
        && Typing is null;

    /// <summary>Dropped without a trace where there is no room.</summary>
    public bool IsTransient => Typing is not null;

    /// <summary>Somebody types, or stopped.</summary>
    public static Publication OfTyping(
        ConversationId conversation,
        TypingChange typing,
        ImmutableArray<UserId> recipients
    ) => new(conversation, 0, [], [], [], recipients, Typing: typing);

    /// <summary>Receipts for those whom they concern, of members by name or of entries by numbers.</summary>
    public static Publication OfReceipts(
        ConversationId conversation,
        long head,
        ImmutableArray<MarkChange> receipts,
        ImmutableArray<EntryCounts> counts,
        ImmutableArray<UserId> recipients
    ) => new(conversation, head, [], [], receipts, recipients, Counts: counts);

    /// <summary>Something of a conversation changed for users, and no entry tells it.</summary>
    /// <param name="contact">Set: it is about this user, and the conversation is the direct one with them.</param>
    public static Publication OfNotice(
        ConversationId conversation,
        ConversationNotice notice,
        ImmutableArray<UserId> recipients,
        UserId contact = default
    ) => new(conversation, 0, [], [], [], recipients, notice, Contact: contact);

    /// <summary>A publication without content: what remains of one that found no room.</summary>
    public static Publication Hint(ConversationId conversation, long head, ImmutableArray<UserId> recipients) =>
        new(conversation, head, [], [], [], recipients);
}

/// <summary>Publications on their way between two nodes; acknowledged by the answer.</summary>
[GenerateSerializer, Immutable, Alias("DeliveryBatch")]
public sealed record DeliveryBatch(
    [property: Id(0)] NodeId From,
    [property: Id(1)] long Number,
    [property: Id(2)] ImmutableArray<Publication> Publications
);

/// <summary>What a user is told of a conversation by the push <c>conversation</c>.</summary>
public enum ConversationNotice : byte
{
    None = 0,

    /// <summary>It is new for them, or something of it changed that no entry tells them: read it again.</summary>
    Changed = 1,

    /// <summary>It is over for them: they left, were removed, or their invite ended.</summary>
    Over = 2,
}

/// <summary>A member's marks after they rose.</summary>
/// <param name="User">The member.</param>
/// <param name="Delivered">See <see cref="MemberMarks"/>.</param>
/// <param name="Read">See <see cref="MemberMarks"/>; 0 where it is not told.</param>
/// <param name="Ended">All that ended undelivered to the member.</param>
[GenerateSerializer, Immutable, Alias("MarkChange")]
public readonly record struct MarkChange(
    [property: Id(0)] UserId User,
    [property: Id(1)] long Delivered,
    [property: Id(2)] long Read,
    [property: Id(3)] EndedRanges Ended = default
);

/// <summary>How many members other than its author hold an entry and have read it. Both only rise.</summary>
[GenerateSerializer, Immutable, Alias("EntryCounts")]
public readonly record struct EntryCounts(
    [property: Id(0)] long Seq,
    [property: Id(1)] int Delivered,
    [property: Id(2)] int Read
);

/// <summary>A member types, or stopped; never stored.</summary>
[GenerateSerializer, Immutable, Alias("TypingChange")]
public readonly record struct TypingChange([property: Id(0)] UserId User, [property: Id(1)] bool IsOn);
