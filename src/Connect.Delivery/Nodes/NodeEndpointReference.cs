using Connect.Contracts.Delivery;

namespace Connect.Delivery.Nodes;

/// <summary>
/// Makes this node's endpoint addressable while the silo runs. The runtime holds the object weakly; the container holds
/// it for the life of the process.
/// </summary>
internal sealed class NodeEndpointReference(NodeEndpoint endpoint, IGrainFactory grains)
    : ILifecycleParticipant<ISiloLifecycle>
{
    private INodeEndpoint? _reference;

    /// <summary>The reference that other nodes call.</summary>
    public INodeEndpoint Value =>
        _reference ?? throw new InvalidOperationException("The silo has not started: the node has no address yet.");

    public void Participate(ISiloLifecycle observer) =>
        observer.Subscribe(
            nameof(NodeEndpointReference),
            ServiceLifecycleStage.ApplicationServices,
            _ =>
            {
                _reference = grains.CreateObjectReference<INodeEndpoint>(endpoint);
                return Task.CompletedTask;
            },
            _ =>
            {
                grains.DeleteObjectReference<INodeEndpoint>(Value);
                return Task.CompletedTask;
            }
        );
}
