using System.Collections.Immutable;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Delivery;

/// <summary>
/// What the writer of a conversation tells its members: entries, changed marks, or, when both are empty, a hint that
/// the head is at least <paramref name="Head"/>. Push is a hint, the log is the truth (promise 5).
/// </summary>
/// <param name="Conversation">Which.</param>
/// <param name="Head">The head when this was made.</param>
/// <param name="Entries">Committed entries, ascending and dense.</param>
/// <param name="Origins">For each entry the session it came from, which is not pushed to; none for changes.</param>
/// <param name="Receipts">Members whose marks rose.</param>
/// <param name="Recipients">Who is to get it.</param>
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

    /// <summary>It is dropped where there is no room, and nothing is left of it.</summary>
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

    /// <summary>The same without its content: what is left of a publication that found no room.</summary>
    public static Publication Hint(ConversationId conversation, long head, ImmutableArray<UserId> recipients) =>
        new(conversation, head, [], [], [], recipients);
}
