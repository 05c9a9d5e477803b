using System.Collections.Immutable;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Delivery.Directory;

namespace Connect.Delivery.Fanout;

/// <summary>
/// The partitions' side of the fan-out: from users to the gateways that hold their sessions, one call per gateway and
/// batch.
/// </summary>
internal sealed class PartitionDelivery(
    DirectoryPartitions partitions,
    LocalNode local,
    ISessionHub hub,
    IClusterNodes nodes
)
{
    private readonly NodeId _local = local.Id;
    private long _number;

    /// <summary>
    /// Completes once every gateway concerned has taken its part or left. Throws if one did not answer or a partition
    /// is not here: the sender then repeats the whole batch, which is harmless.
    /// </summary>
    public Task DeliverAsync(DeliveryBatch batch)
    {
        var plan = new Plan(batch.Publications.Length);
        foreach (var publication in batch.Publications)
        {
            Add(plan, publication);
        }

        if (plan.Local.Count > 0)
        {
            hub.Deliver(plan.Local.DrainToImmutable());
        }

        return plan is { Remote: null, Incomplete: null, Missing: null } ? Task.CompletedTask : FinishAsync(plan);
    }

    private void Add(Plan plan, Publication publication)
    {
        var isHere = false;
        foreach (var user in publication.Recipients)
        {
            var number = partitions.Of(user);
            if (partitions.Find(number) is not { } partition)
            {
                plan.Missing ??= number;
                continue;
            }

            if (!partition.IsComplete && !publication.IsTransient)
            {
                (plan.Incomplete ??= []).Add((partition, publication));
            }

            foreach (var route in partition.Publish(user, publication))
            {
                if (route.Node == _local)
                {
                    isHere = true;
                }
                else
                {
                    plan.AddRemote(route.Node, publication, user);
                }
            }
        }

        // The hub looks up recipients without a session in vain, which is cheaper than a list of those with one.
        if (isHere)
        {
            plan.Local.Add(publication);
        }
    }

    private async Task FinishAsync(Plan plan)
    {
        await PushAsync(plan);
        if (plan.Incomplete is { } incomplete)
        {
            await DeliverHintsAsync(incomplete);
        }

        if (plan.Missing is { } missing)
        {
            throw new PartitionMovedException(missing);
        }
    }

    /// <summary>Sends hints to the users whose gateway had not reported its routes yet.</summary>
    private async Task DeliverHintsAsync(List<(DirectoryPartition Partition, Publication Publication)> incomplete)
    {
        var late = new PendingHints();
        foreach (var (partition, publication) in incomplete)
        {
            await partition.Completion;
            late.Add(publication);
        }

        var hints = new List<Publication>();
        late.TakeInto(hints, int.MaxValue);
        await DeliverAsync(new(_local, 0, [.. hints]));
    }

    private Task PushAsync(Plan plan)
    {
        if (plan.Remote is null)
        {
            return Task.CompletedTask;
        }

        var calls = new List<Task>(plan.Remote.Count);
        foreach (var (node, parts) in plan.Remote)
        {
            // A node that left took its sessions with it.
            if (nodes.Find(node) is { } gateway)
            {
                var batch = new DeliveryBatch(_local, Interlocked.Increment(ref _number), Merge(parts));
                calls.Add(gateway.PushAsync(batch));
            }
        }

        return Task.WhenAll(calls);
    }

    private static ImmutableArray<Publication> Merge(List<(Publication Publication, List<UserId> Users)> parts)
    {
        var merged = ImmutableArray.CreateBuilder<Publication>(parts.Count);
        foreach (var (publication, users) in parts)
        {
            merged.Add(publication with { Recipients = [.. users] });
        }

        return merged.MoveToImmutable();
    }

    /// <summary>Where the parts of one batch go.</summary>
    private sealed class Plan(int publications)
    {
        public ImmutableArray<Publication>.Builder Local { get; } =
            ImmutableArray.CreateBuilder<Publication>(publications);

        public Dictionary<NodeId, List<(Publication Publication, List<UserId> Users)>>? Remote { get; private set; }

        public List<(DirectoryPartition Partition, Publication Publication)>? Incomplete { get; set; }

        public int? Missing { get; set; }

        public void AddRemote(NodeId node, Publication publication, UserId user)
        {
            Remote ??= [];
            if (!Remote.TryGetValue(node, out var parts))
            {
                Remote.Add(node, parts = []);
            }

            // Publications are planned one by one, so only the last can be the same.
            if (parts.Count == 0 || !ReferenceEquals(parts[^1].Publication, publication))
            {
                parts.Add((publication, []));
            }

            // Two sessions of a user on one node are one recipient.
            var users = parts[^1].Users;
            if (users.Count == 0 || users[^1] != user)
            {
                users.Add(user);
            }
        }
    }
}
