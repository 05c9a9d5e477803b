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

    /// <summary>The partition when this node holds it.</summary>
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

    /// <summary>Starts to hold a partition, with nothing in it.</summary>
    public void Open(DirectoryPartition partition) => Volatile.Write(ref _partitions[partition.Number], partition);

    /// <summary>Ends to hold it, unless another one with its number was opened meanwhile.</summary>
    public void Close(DirectoryPartition partition) =>
        Interlocked.CompareExchange(ref _partitions[partition.Number], null, partition);
}
