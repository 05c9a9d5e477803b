using System.Collections.Immutable;
using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Delivery;

/// <summary>The directory of sessions as a gateway sees it (ADR 0010).</summary>
public interface ISessionDirectory
{
    /// <summary>The node this process is.</summary>
    NodeId Node { get; }

    /// <summary>
    /// Makes a session reachable: everything committed after this returns is pushed or hinted to it. Returns, for
    /// <c>welcome</c>, the incarnation of the user's partition, and what the device missed since the session it
    /// claims to resume.
    /// </summary>
    ValueTask<RouteRegistration> RegisterAsync(UserId user, SessionId session, ResumeClaim? claim);

    /// <summary>Ends the route; never throws.</summary>
    ValueTask UnregisterAsync(UserId user, SessionId session, RouteEnding ending);

    /// <summary>
    /// The presence of users, each once and in any order. Changes go to this node's <see cref="ISessionHub"/> until the
    /// lease ends: call again before that. Throws if a partition cannot be reached.
    /// </summary>
    ValueTask<ImmutableArray<PresenceStatus>> WatchAsync(ImmutableArray<UserId> users);

    /// <summary>
    /// Tells every gateway concerned that who may see <paramref name="user"/>, or whom they may see, changed with
    /// regard to <paramref name="with"/>, or to everybody when that is none; never throws.
    /// </summary>
    ValueTask InvalidateAsync(UserId user, UserId with);
}
