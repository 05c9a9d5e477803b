namespace Connect.Contracts.Conversations;

/// <summary>A range of seqs, both ends included; an open end is <see cref="long.MaxValue"/>.</summary>
[GenerateSerializer, Immutable, Alias("SeqRange")]
public readonly record struct SeqRange([property: Id(0)] long From, [property: Id(1)] long To)
{
    public bool Contains(long seq) => seq >= From && seq <= To;
}
