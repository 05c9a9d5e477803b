using System.Collections.Immutable;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;

namespace Connect.Cluster.Tests.InProcess;

/// <summary>A gateway without sockets: keeps what it is given.</summary>
internal sealed class RecordingHub : ISessionHub
{
    private readonly Lock _lock = new();
    private readonly List<Publication> _delivered = [];
    private readonly List<PresenceUpdate> _told = [];
    private readonly HashSet<SessionRoute> _routes = [];

    public void Add(SessionRoute route)
    {
        lock (_lock)
        {
            _routes.Add(route);
        }
    }

    public void Deliver(ImmutableArray<Publication> publications)
    {
        lock (_lock)
        {
            _delivered.AddRange(publications);
        }
    }

    public void DeliverPresence(PresenceUpdate update)
    {
        lock (_lock)
        {
            _told.Add(update);
        }
    }

    public ImmutableArray<SessionRoute> Routes(NodeId node)
    {
        lock (_lock)
        {
            return [.. _routes];
        }
    }

    /// <summary>Whether a user is online, as last told; null when nothing was.</summary>
    public bool? LastTold(UserId user)
    {
        lock (_lock)
        {
            var all = _told.SelectMany(update => update.Changes).Where(change => change.User == user);
            return all.Select(change => (bool?)change.IsOnline).LastOrDefault();
        }
    }

    /// <summary>What was delivered of a conversation so far.</summary>
    public List<Publication> Of(ConversationId conversation)
    {
        lock (_lock)
        {
            return _delivered.FindAll(publication => publication.Conversation == conversation);
        }
    }
}
