using Connect.Client.Events;

namespace Connect.Client.Views;

/// <summary>
/// Everything a list of conversations decides: from events and from what the server says of conversations to a
/// snapshot, and what of it has to be asked of the server. It does no I/O. One caller at a time.
/// </summary>
internal sealed class ListModel
{
    private readonly Dictionary<string, ListRow> _rows = new(StringComparer.Ordinal);
    private readonly Dictionary<string, UserPresence> _presence = new(StringComparer.Ordinal);

    // What has to be asked, and since which step.
    private readonly Dictionary<string, long> _stale = new(StringComparer.Ordinal);
    private long _allSince = 1;
    private bool _isComplete;

    /// <summary>
    /// The present step: each change is one. An answer holds as of the step in which it was asked for.
    /// </summary>
    public long Step { get; private set; } = 1;

    /// <summary>This user's id.</summary>
    public string Me { get; set; } = "";

    /// <summary>The whole list has to be read.</summary>
    public bool NeedsAll => _allSince > 0;

    /// <summary>Some conversations of which the server has to say more.</summary>
    public List<string> Stale(int limit) => [.. _stale.Keys.Take(limit)];

    /// <summary>Much may have happened that was not told.</summary>
    public void Anew() => _allSince = ++Step;

    public void Apply(ConnectEvent value)
    {
        Step++;
        switch (value)
        {
            case PresenceChanged { Presence: var presence }:
                _presence[presence.User] = presence;
                return;
            case ConversationChanged { IsOver: true }:
                // An answer that was under way may have it still: the next one has the last word.
                _rows.Remove(value.Conversation);
                _stale[value.Conversation] = Step;
                return;
            case ConversationChanged:
                _stale[value.Conversation] = Step;
                return;
            case SendFailed or OutboxChanged:
                return;
        }

        var row = Row(value.Conversation, isNews: value is MessageReceived or EntryReceived);
        if (row is not null && Apply(row, value))
        {
            _stale[value.Conversation] = Step;
        }
    }

    /// <summary>What the store knows of a conversation, before the server says anything.</summary>
    public void Guess(ConversationInfo info)
    {
        if (_rows.TryAdd(info.Id, new(info)))
        {
            _rows[info.Id].TouchedAt = Step;
        }
    }

    /// <summary>The whole list, as it was asked for in a step.</summary>
    public void LearnAll(IReadOnlyList<ConversationInfo> list, long asked)
    {
        var listed = list.Select(info => info.Id).ToHashSet(StringComparer.Ordinal);
        foreach (
            var (id, _) in _rows.Where(each => each.Value.TouchedAt <= asked && !listed.Contains(each.Key)).ToList()
        )
        {
            _rows.Remove(id);
        }

        Learn(list, [], asked);
        _allSince = _allSince > asked ? _allSince : 0;
        _isComplete = true;
    }

    /// <summary>Some conversations, as they were asked for in a step; those left out are not this user's.</summary>
    public void Learn(IReadOnlyList<ConversationInfo> list, IReadOnlyList<string> ids, long asked)
    {
        Step++;
        foreach (var info in list)
        {
            Settle(info.Id, asked);
            if (_rows.TryGetValue(info.Id, out var row))
            {
                // One that was hidden since this was asked for stays so.
                row.IsHidden &= row.TouchedAt > asked;
                row.Learn(info);
                if (!row.IsCounted)
                {
                    // The mark was not there yet when the server counted.
                    _stale[info.Id] = Step;
                }
            }
            else if (!_stale.ContainsKey(info.Id))
            {
                _rows.Add(info.Id, new(info) { TouchedAt = Step });
            }
        }

        foreach (var id in ids.Except(list.Select(info => info.Id)))
        {
            Settle(id, asked);
            if (!_stale.ContainsKey(id))
            {
                _rows.Remove(id);
            }
        }
    }

    public ConversationList Show() =>
        new(
            [
                .. _rows
                    .Values.Where(row => row is { IsGuess: false, IsHidden: false })
                    .Select(row => new ConversationItem(row.Show(), row.Typing, _presence.GetValueOrDefault(row.Peer)))
                    .OrderByDescending(item => item.LastActivity ?? DateTimeOffset.MinValue)
                    .ThenBy(item => item.Id, StringComparer.Ordinal),
            ],
            _isComplete
        );

    private bool Apply(ListRow row, ConnectEvent value)
    {
        switch (value)
        {
            case MessageReceived message:
                row.TouchedAt = Step;
                return Take(row, message);
            case EntryReceived entry:
                row.TouchedAt = Step;
                return row.Take(entry.Seq, entry.Seq, entry.Entry) || row.IsGuess;
            case RangeSkipped range:
                return row.Take(range.From, range.To, null);
            case ReadMarked marked:
                return row.Read(marked.Read);
            case ReceiptChanged receipt when receipt.User == Me:
                return row.Read(receipt.Read);
            case ReceiptChanged receipt:
                row.Place(new(receipt.User, receipt.Delivered, receipt.Read));
                return false;
            case ReceiptCountsChanged counts:
                row.Count(counts.Delivered, counts.Read);
                return false;
            case TypingChanged typing:
                row.Typing = typing.Users;
                return false;
            case HiddenHere hidden:
                row.TouchedAt = Step;
                row.Hide(hidden.Through);
                return false;
            case ConversationReset reset:
                row.Reset(reset.Above);
                return true;
            default:
                return false;
        }
    }

    private static bool Take(ListRow row, MessageReceived message)
    {
        var asks = row.Take(message.Seq, message.Seq, message.Entry);
        if (message.IsOwn)
        {
            row.AddOwn(message.Seq);
        }
        else
        {
            row.AddForeign(message.Seq);
        }

        return asks || row.IsGuess;
    }

    /// <summary>A conversation that is not in the list comes into it with its first entry alone.</summary>
    private ListRow? Row(string id, bool isNews)
    {
        if (!_rows.TryGetValue(id, out var row) && isNews)
        {
            row = ListRow.Guess(id);
            _rows.Add(id, row);
        }

        return row;
    }

    private void Settle(string id, long asked)
    {
        if (_stale.TryGetValue(id, out var since) && since <= asked)
        {
            _stale.Remove(id);
        }
    }
}
