namespace Connect.Contracts.Delivery;

/// <summary>How many members other than its author hold an entry and have read it. Both only rise.</summary>
[GenerateSerializer, Immutable, Alias("EntryCounts")]
public readonly record struct EntryCounts(
    [property: Id(0)] long Seq,
    [property: Id(1)] int Delivered,
    [property: Id(2)] int Read
);
