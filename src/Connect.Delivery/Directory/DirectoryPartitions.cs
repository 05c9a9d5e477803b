using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Microsoft.Extensions.Options;

namespace Connect.Delivery.Directory;

/// <summary>The partitions of the directory that this node holds.</summary>
internal sealed class DirectoryPartitions
{
    private readonly DirectoryPartition?[] _partitions;

    public DirectoryPartitions(IOptions<DirectoryOptions> options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Value.Partitions, 1);
        _partitions = new DirectoryPartition?[options.Value.Partitions];
    }

    /// <summary>How many partitions the directory has on all nodes together.</summary>
    public int Count => _partitions.Length;

    /// <summary>The partition of a user: ids are random, so their low bits spread them.</summary>
    public int Of(UserId user) => (int)((ulong)user.Value % (ulong)_partitions.Length);

    /// <summary>The partition, if this node holds it.</summary>
    public DirectoryPartition? Find(int number) =>
        (uint)number < (uint)_partitions.Length ? Volatile.Read(ref _partitions[number]) : null;

    /// <summary>All partitions that this node holds.</summary>
    public IEnumerable<DirectoryPartition> All()
    {
        for (var number = 0; number < _partitions.Length; number++)
        {
            if (Find(number) is { } partition)
            {
                yield return partition;
            }
        }
    }

    /// <summary>Starts holding an empty partition.</summary>
    public void Open(DirectoryPartition partition) => Volatile.Write(ref _partitions[partition.Number], partition);

    /// <summary>Stops holding it, unless another with its number was opened meanwhile.</summary>
    public void Close(DirectoryPartition partition) =>
        Interlocked.CompareExchange(ref _partitions[partition.Number], null, partition);
}

/// <summary>Which node holds which partition, cached until a call proves it wrong.</summary>
/// <param name="locate">Looks up the node of a partition.</param>
internal sealed class PartitionMap(
    DirectoryPartitions partitions,
    LocalNode local,
    INodeEndpoint localEndpoint,
    Func<int, Task<PartitionHost>> locate
)
{
    private readonly PartitionHost?[] _hosts = new PartitionHost?[partitions.Count];

    public int Count => _hosts.Length;

    public int Of(UserId user) => partitions.Of(user);

    public ValueTask<PartitionHost> FindAsync(int partition) =>
        Volatile.Read(ref _hosts[partition]) is { } host ? new(host) : new(LocateAsync(partition));

    /// <summary>Call it when the host did not answer or no longer holds the partition.</summary>
    public void Forget(int partition) => Volatile.Write(ref _hosts[partition], null);

    private async Task<PartitionHost> LocateAsync(int partition)
    {
        var host = await locate(partition);
        if (host.Node == local.Id)
        {
            host = host with { Endpoint = localEndpoint };
        }

        Volatile.Write(ref _hosts[partition], host);
        return host;
    }
}

/// <summary>The node does not hold the partition (any more): look it up again.</summary>
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
