using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Delivery.Directory;
using Connect.Delivery.Presence;
using Connect.Delivery.Resuming;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Placement;

namespace Connect.Delivery.Nodes;

/// <summary>
/// Places a partition of the directory on a node (ADR 0010). Its content is in <see cref="DirectoryPartition"/>, which
/// the node's endpoint reaches without a grain call.
/// </summary>
[Immovable]
[CollectionAgeLimit(AlwaysActive = true)]
internal sealed class DirectoryPartitionGrain(
    DirectoryPartitions partitions,
    IClusterNodes nodes,
    LocalNode node,
    NodeEndpointReference endpoint,
    IOptions<DirectoryOptions> options,
    IOptions<PresenceOptions> presence,
    IOptions<ResumeOptions> resume,
    TimeProvider time,
    ILogger<DirectoryPartitionGrain> logger
) : Grain, IDirectoryPartitionGrain
{
    private DirectoryPartition _partition = null!;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var number = (int)this.GetPrimaryKeyLong();
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(number, partitions.Count);
        _partition = new(
            number,
            OpaqueId.Format(OpaqueId.NewRandom()),
            new(presence.Value, time),
            new(resume.Value, time)
        );
        partitions.Open(_partition);
        _ = FillAsync(_partition);
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        partitions.Close(_partition);

        // Releases whoever still waits for the routes of this partition.
        _partition.Complete();
        return Task.CompletedTask;
    }

    public Task<PartitionHost> LocateAsync() =>
        Task.FromResult(new PartitionHost(node.Id, endpoint.Value, _partition.Incarnation));

    /// <summary>Asks every gateway for its sessions and goes on without those that do not answer in time.</summary>
    private async Task FillAsync(DirectoryPartition partition)
    {
        var answers = new List<Task>();
        foreach (var gateway in nodes.Gateways)
        {
            answers.Add(FillFromAsync(partition, gateway));
        }

        await Task.WhenAny(Task.WhenAll(answers), Task.Delay(options.Value.StartLimit, time));
        partition.Complete();
    }

    private async Task FillFromAsync(DirectoryPartition partition, INodeEndpoint gateway)
    {
        try
        {
            partition.AddKnown(await gateway.RoutesAsync(partition.Number));
        }
        catch (Exception exception)
        {
            DirectoryLog.GatewayDidNotAnswer(logger, partition.Number, exception);
        }
    }
}
