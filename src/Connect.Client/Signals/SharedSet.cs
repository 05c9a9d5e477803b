namespace Connect.Client.Signals;

/// <summary>What several holders want, each for itself: something is in it as long as one of them wants it.</summary>
internal sealed class SharedSet
{
    private readonly Dictionary<object, HashSet<string>> _holders = [];
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);

    public IReadOnlyCollection<string> All => _counts.Keys;

    public bool Contains(string item) => _counts.ContainsKey(item);

    /// <summary>What one holder wants.</summary>
    public IReadOnlySet<string> Of(object holder) =>
        _holders.TryGetValue(holder, out var items) ? items : new HashSet<string>();

    /// <summary>One holder wants exactly these from now on. Returns what entered the set and what left it.</summary>
    public (List<string> Added, List<string> Removed) Set(object holder, IEnumerable<string> items)
    {
        var wanted = items.ToHashSet(StringComparer.Ordinal);
        var had = Of(holder);
        var (added, removed) = (new List<string>(), new List<string>());
        foreach (var item in wanted.Where(item => !had.Contains(item)))
        {
            _counts[item] = _counts.GetValueOrDefault(item) + 1;
            if (_counts[item] == 1)
            {
                added.Add(item);
            }
        }

        foreach (var item in had.Where(item => !wanted.Contains(item)))
        {
            if (--_counts[item] == 0)
            {
                _counts.Remove(item);
                removed.Add(item);
            }
        }

        if (wanted.Count == 0)
        {
            _holders.Remove(holder);
        }
        else
        {
            _holders[holder] = wanted;
        }

        return (added, removed);
    }
}
