using Connect.Client.Connections;
using Wire = Connect.Protocol.V1;

namespace Connect.Client.Signals;

/// <summary>
/// Whose presence is wanted, and what is known of it. The server forgets the list with the session: all of it is sent
/// again after each <c>welcome</c>, in parts, one request at a time.
/// </summary>
internal sealed class PresenceBook
{
    private readonly SharedSet _wanted = new();
    private readonly Dictionary<string, UserPresence> _known = new(StringComparer.Ordinal);

    // What the server is still to be told.
    private readonly HashSet<string> _add = new(StringComparer.Ordinal);
    private readonly HashSet<string> _remove = new(StringComparer.Ordinal);
    private Wire.Watch? _underWay;
    private TimeSpan _notBefore;

    /// <summary>When the next request is due, if there is one.</summary>
    public TimeSpan? DueAt => _underWay is null && _add.Count + _remove.Count > 0 ? _notBefore : null;

    public UserPresence? Of(string user) => _known.GetValueOrDefault(user);

    /// <summary>Whom one holder watches.</summary>
    public IReadOnlySet<string> HeldBy(object holder) => _wanted.Of(holder);

    /// <summary>One holder watches exactly these from now on.</summary>
    public void Set(object holder, IEnumerable<string> users)
    {
        var (added, removed) = _wanted.Set(holder, users);
        _add.UnionWith(added);
        _remove.ExceptWith(added);
        _add.ExceptWith(removed);
        _remove.UnionWith(removed);
        foreach (var user in removed)
        {
            _known.Remove(user);
        }
    }

    /// <summary>The server knows nothing of the list: a new session, or it did not listen for a while.</summary>
    public void Anew()
    {
        _underWay = null;
        _notBefore = TimeSpan.Zero;
        _remove.Clear();
        _add.Clear();
        _add.UnionWith(_wanted.All);
    }

    /// <summary>The next request, if one is due; it is under way until it is answered.</summary>
    public Wire.ClientFrame? Take(TimeSpan now, FrameFit fit)
    {
        if (DueAt is not { } due || due > now)
        {
            return null;
        }

        _underWay = new();
        _underWay.Add.AddRange(_add.Take(ProtocolLimits.WatchIdsPerFrame));
        _underWay.Remove.AddRange(_remove.Take(ProtocolLimits.WatchIdsPerFrame));
        var frame = new Wire.ClientFrame { Watch = _underWay };
        fit.Shorten(frame, _underWay.Remove);
        fit.Shorten(frame, _underWay.Add);
        _add.ExceptWith(_underWay.Add);
        _remove.ExceptWith(_underWay.Remove);
        return frame;
    }

    /// <summary>
    /// The server answered. Those of the request it names have a presence that this user may see; of the others nothing
    /// is known any more. Gives what changed.
    /// </summary>
    public List<UserPresence> Answered(IReadOnlyList<Wire.PresenceState> states)
    {
        var asked = _underWay?.Add.ToList() ?? [];
        _underWay = null;
        var named = states.Select(state => state.User).ToHashSet(StringComparer.Ordinal);
        var changed = Accept(states);
        changed.AddRange(asked.Where(user => !named.Contains(user)).Select(Forget).OfType<UserPresence>());
        return changed;
    }

    /// <summary>The server watches, and pushes what there is.</summary>
    public void Confirmed() => _underWay = null;

    /// <summary>The request was refused: sent again if that may help, otherwise these users stay unknown.</summary>
    public void Refused(bool retryable, TimeSpan retryAt)
    {
        if (_underWay is { } told && retryable)
        {
            _add.UnionWith(told.Add.Where(_wanted.Contains));
            _remove.UnionWith(told.Remove.Where(user => !_wanted.Contains(user)));
            _notBefore = retryAt;
        }

        _underWay = null;
    }

    /// <summary>Takes presence as pushed. Returns what changed.</summary>
    public List<UserPresence> Accept(IEnumerable<Wire.PresenceState> states)
    {
        var changed = new List<UserPresence>();
        foreach (var state in states.Where(state => _wanted.Contains(state.User)))
        {
            DateTimeOffset? since = state.Since == 0 ? null : WireMapping.ToTime(state.Since);
            var presence = new UserPresence(state.User, state.Online, since);
            if (_known.GetValueOrDefault(state.User) != presence)
            {
                _known[state.User] = presence;
                changed.Add(presence);
            }
        }

        return changed;
    }

    private UserPresence? Forget(string user) =>
        _known.Remove(user, out var known) && known.IsOnline ? new(user, IsOnline: false, null) : null;
}
