using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;

namespace Connect.Delivery.Directory;

/// <summary>Which node holds which partition, remembered until somebody finds it wrong.</summary>
/// <param name="locate">Asks for it.</param>
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

    /// <summary>To be called when the host did not answer or did not hold the partition.</summary>
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
