using Connect.Contracts.Conversations;

namespace Connect.Conversations.History;

/// <summary>What a page still has room for. The first entry always fits: a text is far smaller than a page.</summary>
public sealed class PageBudget(int bytes, int entries)
{
    private const int RangeBytes = 120;
    private bool _isFull;
    private bool _isBegun;

    public int BytesLeft { get; private set; } = bytes;

    public int EntriesLeft { get; private set; } = entries;

    public bool IsSpent => _isFull || BytesLeft <= 0 || EntriesLeft <= 0;

    public bool TrySpend(Entry entry) => TrySpend(EntryWeight.Of(entry));

    public bool TrySpend(int size)
    {
        if (_isBegun && (size > BytesLeft || EntriesLeft == 0))
        {
            _isFull = true;
            return false;
        }

        _isBegun = true;
        BytesLeft -= size;
        EntriesLeft--;
        return true;
    }

    public void SpendRange() => BytesLeft -= RangeBytes;
}
