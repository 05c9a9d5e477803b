using System.Collections.Immutable;
using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Conversations;

/// <summary>Messages of one device to one conversation, in the order the device sent them.</summary>
/// <param name="Sender">The authenticated user.</param>
/// <param name="Session">Where they came from: it gets `sent`, not the push.</param>
/// <param name="Peer">
/// For a direct conversation named by its other user (<c>to</c>): that user, so that the first message can create it.
/// The gateway has derived the conversation id from the pair and checked that the account exists. None otherwise.
/// </param>
/// <param name="Items">1 to 64 messages.</param>
/// <param name="Standing">What the peer is to the sender, as the gateway found.</param>
[GenerateSerializer, Immutable, Alias("AppendRequest")]
public sealed record AppendRequest(
    [property: Id(0)] UserId Sender,
    [property: Id(1)] SessionId Session,
    [property: Id(2)] UserId Peer,
    [property: Id(3)] ImmutableArray<AppendItem> Items,
    [property: Id(4)] PeerStanding Standing = PeerStanding.None
);

/// <summary>One message to append.</summary>
/// <param name="Cid">Its idempotency key.</param>
/// <param name="Text">UTF-8, within the text limit.</param>
/// <param name="After">
/// The device's latest earlier send here that is neither committed nor finally refused; or none.
/// </param>
/// <param name="Seen">Highest seq on screen when the message was composed; 0 when not given.</param>
[GenerateSerializer, Immutable, Alias("AppendItem")]
public sealed record AppendItem(
    [property: Id(0)] Cid Cid,
    [property: Id(1)] ReadOnlyMemory<byte> Text,
    [property: Id(2)] Cid After,
    [property: Id(3)] long Seen
);

/// <summary>What the user named by <c>to</c> is to the sender, as the gateway found.</summary>
public enum PeerStanding : byte
{
    None = 0,
    Contact = 1,

    /// <summary>A first message to them is a message request.</summary>
    Stranger = 2,

    /// <summary>Unknown or deleted: nothing is written to them.</summary>
    Unreachable = 3,
}

/// <summary>One result per item of the request, in its order.</summary>
[GenerateSerializer, Immutable, Alias("AppendReply")]
public sealed record AppendReply([property: Id(0)] ImmutableArray<AppendResult> Results);

/// <summary>The outcome of one message of an <see cref="AppendRequest"/>.</summary>
[GenerateSerializer, Immutable, Alias("AppendResult")]
public readonly record struct AppendResult(
    [property: Id(0)] AppendStatus Status,
    [property: Id(1)] long Seq = 0,
    [property: Id(2)] long Time = 0
)
{
    /// <summary>The message is in the log.</summary>
    public bool IsCommitted => Status is AppendStatus.Committed or AppendStatus.Duplicate;
}

/// <summary>What became of one message.</summary>
public enum AppendStatus : byte
{
    /// <summary>Committed now; <c>Seq</c> and <c>Time</c> are set.</summary>
    Committed = 1,

    /// <summary>Already committed under this cid, with this <c>Seq</c> and <c>Time</c>.</summary>
    Duplicate = 2,

    /// <summary>The cid is known with a different text. Final.</summary>
    Conflict = 3,

    /// <summary>The message named by <c>After</c> is missing. Retryable: resend all, oldest first.</summary>
    Predecessor = 4,

    /// <summary>An unknown cid that is too old or too far ahead. Final.</summary>
    TooOld = 5,

    /// <summary>No such conversation, or the sender never belonged to it. Final.</summary>
    NotFound = 6,

    /// <summary>The sender is a former member. Final.</summary>
    NotMember = 7,

    /// <summary>The sender may not write, or the conversation is closed to them. Final.</summary>
    Forbidden = 8,

    /// <summary>Nothing was written: the store refused (no space) or the writer changed. Retryable.</summary>
    Unavailable = 9,

    /// <summary>It may or may not have been written. Retryable with the same cid.</summary>
    Unknown = 10,

    /// <summary>The group is full, invited users included. Final.</summary>
    GroupFull = 11,

    /// <summary>A change that makes no sense, such as a role for oneself. Final.</summary>
    Invalid = 12,

    /// <summary>The actor has too many pending invites.</summary>
    TooManyInvites = 13,
}
