using System.Collections.Immutable;
using Connect.Contracts.Conversations;

namespace Connect.Storage.Reading;

/// <summary>
/// Entries collected up to a limit on their number and on the size of their texts. The first is taken whatever its
/// size; the page is full once either limit is reached.
/// </summary>
internal sealed class EntryPage(int maxEntries, int maxBytes)
{
    private readonly List<Entry> _entries = [];
    private long _bytes;

    public bool IsFull => _entries.Count >= maxEntries || (_entries.Count > 0 && _bytes >= maxBytes);

    public int Count => _entries.Count;

    public Entry this[int index] => _entries[index];

    /// <summary>Adds an entry; true while there is room for another.</summary>
    public bool Add(Entry entry)
    {
        _entries.Add(entry);
        _bytes += entry.Body.Length;
        return !IsFull;
    }

    /// <summary>The entries in the order they were added.</summary>
    public ImmutableArray<Entry> ToImmutable() => [.. _entries];

    /// <summary>The entries in reverse order: ascending after a backward read.</summary>
    public ImmutableArray<Entry> ToReversed()
    {
        var entries = _entries.ToArray();
        Array.Reverse(entries);
        return System.Runtime.InteropServices.ImmutableCollectionsMarshal.AsImmutableArray(entries);
    }
}
