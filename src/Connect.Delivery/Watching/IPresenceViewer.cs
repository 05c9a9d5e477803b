using Connect.Contracts.Identifiers;

namespace Connect.Delivery.Watching;

/// <summary>Watches presence: a session of a user, whatever its protocol.</summary>
public interface IPresenceViewer
{
    UserId User { get; }

    /// <summary>Whether it is open: past its greeting and not yet ended.</summary>
    bool IsOpen { get; }

    /// <summary>Whether nobody is looking at it.</summary>
    bool IsAway { get; }

    /// <summary>Whether it wants changes pushed, not only an answer when it asks.</summary>
    bool WantsPresence { get; }

    /// <summary>Pushes what changed.</summary>
    void Push(IReadOnlyList<PresenceSighting> changes);
}

/// <summary>A user's presence as one viewer may see it.</summary>
/// <param name="User">Whose.</param>
/// <param name="IsOnline">Whether they are online.</param>
/// <param name="Since">Since when, in milliseconds since the epoch; 0: unknown.</param>
public readonly record struct PresenceSighting(UserId User, bool IsOnline, long Since);
