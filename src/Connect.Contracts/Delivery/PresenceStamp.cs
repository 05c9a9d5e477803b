namespace Connect.Contracts.Delivery;

/// <summary>Orders what one life of a partition says of presence.</summary>
/// <param name="Life">Of the partition: another one each time it started with nothing in memory.</param>
/// <param name="Number">Rises with each change of any user in it.</param>
[GenerateSerializer, Immutable, Alias("PresenceStamp")]
public readonly record struct PresenceStamp([property: Id(0)] long Life, [property: Id(1)] long Number)
{
    /// <summary>It was so before <paramref name="other"/>; never between two lives.</summary>
    public bool IsBefore(PresenceStamp other) => Life == other.Life && Number < other.Number;
}
