using Connect.Contracts.Identifiers;

namespace Connect.Delivery.Watching;

/// <summary>Who watches presence: a session of a user, whatever its door.</summary>
public interface IPresenceViewer
{
    UserId User { get; }

    /// <summary>It is open: not before its greeting, nor after its end.</summary>
    bool IsOpen { get; }

    /// <summary>Nobody looks at it.</summary>
    bool IsAway { get; }

    /// <summary>Presence is pushed to it, and not only told when it asks.</summary>
    bool WantsPresence { get; }

    /// <summary>Pushes what changed.</summary>
    void Push(IReadOnlyList<PresenceSighting> changes);
}

/// <summary>A user's presence as one viewer may see it.</summary>
/// <param name="User">Whose.</param>
/// <param name="IsOnline">Whether they are online.</param>
/// <param name="Since">Since when, in milliseconds since the epoch; 0: not said.</param>
public readonly record struct PresenceSighting(UserId User, bool IsOnline, long Since);
