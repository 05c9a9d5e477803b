using Connect.Contracts.Delivery;

namespace Connect.Delivery.Watching;

/// <summary>
/// Where presence news for this node arrive, and where whoever watches takes them: so the hub that receives them need
/// not know who watches, who in turn knows the directory that knows the hub.
/// </summary>
public sealed class PresenceFeed
{
    private Action<PresenceUpdate>? _watcher;

    /// <summary>From now on <paramref name="watcher"/> gets all news.</summary>
    public void Watch(Action<PresenceUpdate> watcher) => Volatile.Write(ref _watcher, watcher);

    /// <summary>Hands news on; nobody watches: they are dropped.</summary>
    public void Push(PresenceUpdate news) => Volatile.Read(ref _watcher)?.Invoke(news);
}
