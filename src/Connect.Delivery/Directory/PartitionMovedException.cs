namespace Connect.Delivery.Directory;

/// <summary>The node asked does not hold the partition (any more): look it up anew.</summary>
[GenerateSerializer, Alias("PartitionMovedException")]
public sealed class PartitionMovedException : Exception
{
    public PartitionMovedException()
        : base("The partition of the directory is not on this node.") { }

    public PartitionMovedException(string message)
        : base(message) { }

    public PartitionMovedException(string message, Exception innerException)
        : base(message, innerException) { }

    public PartitionMovedException(int partition)
        : base($"Partition {partition} of the directory is not on this node.") { }
}
