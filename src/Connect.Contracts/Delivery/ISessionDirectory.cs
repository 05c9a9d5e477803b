using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Delivery;

/// <summary>The directory as a gateway sees it (D7).</summary>
public interface ISessionDirectory
{
    /// <summary>The node this process is.</summary>
    NodeId Node { get; }

    /// <summary>
    /// Makes a session reachable: everything committed after this returned is pushed or hinted to it. Returns the
    /// incarnation of the user's partition, for <c>welcome</c>.
    /// </summary>
    ValueTask<string> RegisterAsync(UserId user, SessionId session);

    /// <summary>Ends the route; never throws.</summary>
    ValueTask UnregisterAsync(UserId user, SessionId session);
}
