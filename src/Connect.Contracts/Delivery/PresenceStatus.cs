using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Delivery;

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
