namespace Connect.Contracts.Delivery;

/// <summary>
/// The node's fan-out service as a grain sees it (step 8): takes a publication and returns at once. When its queues are
/// full the content is dropped and a hint stays, which is resent until acknowledged (D7).
/// </summary>
public interface IPublisher
{
    void Publish(Publication publication);
}
