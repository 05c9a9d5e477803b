using System.Collections.Immutable;
using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Conversations;

/// <summary>Messages of one device to one conversation, in the order the device sent them.</summary>
/// <param name="Sender">The authenticated user.</param>
/// <param name="Session">Where they came from: it gets `sent`, not the push.</param>
/// <param name="Peer">
/// For a direct conversation named by its other user (<c>to</c>): that user, so that the first message can create it.
/// The gateway derived the conversation id from the pair and saw that the account exists. None otherwise.
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
