using System.Collections.Immutable;
using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Delivery;

/// <summary>The directory as a gateway sees it (D7).</summary>
public interface ISessionDirectory
{
    /// <summary>The node this process is.</summary>
    NodeId Node { get; }

    /// <summary>
    /// Makes a session reachable: everything committed after this returned is pushed or hinted to it. Returns, for
    /// <c>welcome</c>, the incarnation of the user's partition, and what the device missed since the session that it
    /// claims to go on from.
    /// </summary>
    ValueTask<RouteRegistration> RegisterAsync(UserId user, SessionId session, ResumeClaim? claim);

    /// <summary>Ends the route; never throws.</summary>
    ValueTask UnregisterAsync(UserId user, SessionId session, RouteEnding ending);

    /// <summary>
    /// The presence of users, each once and in any order. For a while this node's <see cref="ISessionHub"/> is told of
    /// each change: to be asked again before that is over. Throws when a partition cannot be reached.
    /// </summary>
    ValueTask<ImmutableArray<PresenceStatus>> WatchAsync(ImmutableArray<UserId> users);

    /// <summary>
    /// Tells every gateway concerned that who may see <paramref name="user"/>, or whom they may see, changed with
    /// regard to <paramref name="with"/>, or to everybody when that is none; never throws.
    /// </summary>
    ValueTask DoubtAsync(UserId user, UserId with);
}
