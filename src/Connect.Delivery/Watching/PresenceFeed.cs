using Connect.Contracts.Delivery;

namespace Connect.Delivery.Watching;

/// <summary>
/// Passes presence updates from the hub that receives them to the service that watches. It breaks a circle: the service
/// knows the directory, which knows the hub.
/// </summary>
public sealed class PresenceFeed
{
    private Action<PresenceUpdate>? _watcher;

    /// <summary>From now on <paramref name="watcher"/> gets all updates.</summary>
    public void Watch(Action<PresenceUpdate> watcher) => Volatile.Write(ref _watcher, watcher);

    /// <summary>Passes an update on, or drops it if nobody watches.</summary>
    public void Push(PresenceUpdate update) => Volatile.Read(ref _watcher)?.Invoke(update);
}
