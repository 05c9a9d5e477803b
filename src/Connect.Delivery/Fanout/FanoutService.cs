using System.Collections.Immutable;
using Connect.Contracts.Conversations;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Delivery.Directory;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Connect.Delivery.Fanout;

/// <summary>
/// The node's fan-out (step 8): takes what the writers on this node publish, keeps the newest of it for healing, and
/// sends it to the nodes that hold the recipients' partitions.
/// </summary>
internal sealed class FanoutService : IPublisher, IHotTail
{
    private readonly FanoutRouter _router;
    private readonly HotTail _tail;

    public FanoutService(
        PartitionMap map,
        LocalNode local,
        IOptions<FanoutOptions> options,
        TimeProvider time,
        ILogger<FanoutService> logger
    )
    {
        _router = new(map, local, options.Value, time, logger);
        _tail = new(options.Value);
    }

    public void Publish(Publication publication)
    {
        // First: a reader that is told of an entry may ask for it at once.
        _tail.Add(publication);
        _router.Route(publication);
    }

    public bool TryRead(UserId reader, ConversationId conversation, long after, out ImmutableArray<Entry> entries) =>
        _tail.TryRead(reader, conversation, after, out entries);
}
