using System.Collections.Immutable;
using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Delivery;

/// <summary>What the partitions of one node push to a gateway. It may be lost: the gateway polls regularly.</summary>
[GenerateSerializer, Immutable, Alias("PresenceUpdate")]
public sealed record PresenceUpdate(
    [property: Id(0)] ImmutableArray<PresenceStatus> Changes,
    [property: Id(1)] ImmutableArray<PresenceInvalidation> Invalidations
);

/// <summary>Whether a user is online, as their partition knows it; memory only.</summary>
/// <param name="User">Who.</param>
/// <param name="IsOnline">Has a session, or had one a moment ago that may be back.</param>
/// <param name="Since">Unix milliseconds of the last change; 0 when it is not known.</param>
/// <param name="Stamp">Orders the statuses of a partition: an older one is ignored.</param>
/// <param name="Revision">
/// Changes with each invalidation. A gateway that finds a revision it does not know missed an invalidation, and asks
/// the store again.
/// </param>
/// <param name="IsSure">
/// False while the partition is so young that a user about to reconnect still counts as offline in it.
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

/// <summary>Orders the presence changes within one life of a partition.</summary>
/// <param name="Life">Identifies the life: new whenever the partition starts empty.</param>
/// <param name="Number">Rises with each change of any user in it.</param>
[GenerateSerializer, Immutable, Alias("PresenceStamp")]
public readonly record struct PresenceStamp([property: Id(0)] long Life, [property: Id(1)] long Number)
{
    /// <summary>Whether it precedes <paramref name="other"/>; false between two lives.</summary>
    public bool IsBefore(PresenceStamp other) => Life == other.Life && Number < other.Number;
}

/// <summary>
/// Who may see a user, or whom the user may see, has changed: ask the store again.
/// </summary>
/// <param name="User">Who.</param>
/// <param name="With">The other user; none means everybody.</param>
/// <param name="Before">The revision before it.</param>
/// <param name="Revision">The revision since.</param>
[GenerateSerializer, Immutable, Alias("PresenceInvalidation")]
public readonly record struct PresenceInvalidation(
    [property: Id(0)] UserId User,
    [property: Id(1)] UserId With,
    [property: Id(2)] long Before,
    [property: Id(3)] long Revision
);
