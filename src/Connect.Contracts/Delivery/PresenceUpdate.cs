using System.Collections.Immutable;
using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Delivery;

/// <summary>What the partitions of one node tell a gateway. It may be lost: the gateway asks again regularly.</summary>
[GenerateSerializer, Immutable, Alias("PresenceUpdate")]
public sealed record PresenceUpdate(
    [property: Id(0)] ImmutableArray<PresenceStatus> Changes,
    [property: Id(1)] ImmutableArray<PresenceInvalidation> Doubts
);

/// <summary>Whether a user is online, as their partition knows it; memory only.</summary>
/// <param name="User">Who.</param>
/// <param name="IsOnline">At least one session, or one that just broke and may be back.</param>
/// <param name="Since">Unix milliseconds of the last change; 0 when it is not known.</param>
/// <param name="Stamp">When this was so: an older one of the same partition says nothing new.</param>
/// <param name="Revision">
/// Another one when it was doubted who may see the user. A gateway that finds another one than it knows missed a doubt,
/// and asks the store again.
/// </param>
/// <param name="IsSure">
/// False: the partition started a short while ago, and a user who is about to come back counts as offline in it.
/// </param>
[GenerateSerializer, Immutable, Alias("PresenceStatus")]
public readonly record struct PresenceStatus(
    [property: Id(0)] UserId User,
    [property: Id(1)] bool IsOnline,
    [property: Id(2)] long Since,
    [property: Id(3)] PresenceStamp Stamp,
    [property: Id(4)] long Revision,
    [property: Id(5)] bool IsSure = true
);

/// <summary>Orders what one life of a partition says of presence.</summary>
/// <param name="Life">Of the partition: another one each time it started with nothing in memory.</param>
/// <param name="Number">Rises with each change of any user in it.</param>
[GenerateSerializer, Immutable, Alias("PresenceStamp")]
public readonly record struct PresenceStamp([property: Id(0)] long Life, [property: Id(1)] long Number)
{
    /// <summary>It was so before <paramref name="other"/>; never between two lives.</summary>
    public bool IsBefore(PresenceStamp other) => Life == other.Life && Number < other.Number;
}

/// <summary>
/// Who may see a user, or whom the user may see, changed: it is to be asked of the store again.
/// </summary>
/// <param name="User">Who.</param>
/// <param name="With">The other of the two; none: everybody.</param>
/// <param name="Before">The revision that the doubt ended.</param>
/// <param name="Revision">The one that it began.</param>
[GenerateSerializer, Immutable, Alias("PresenceInvalidation")]
public readonly record struct PresenceInvalidation(
    [property: Id(0)] UserId User,
    [property: Id(1)] UserId With,
    [property: Id(2)] long Before,
    [property: Id(3)] long Revision
);
