namespace Connect.Conversations.Writing;

/// <summary>One active writer as the <see cref="ActivationTable"/> knows it.</summary>
public sealed class Activation
{
    private readonly Lock _gate = new();
    private readonly ActivationTable _table;
    private readonly Action _end;
    private long _usedAt;
    private bool _runs;
    private long _bytes;
    private bool _isOut;

    internal Activation(ActivationTable table, Action end, long now) => (_table, _end, _usedAt) = (table, end, now);

    /// <summary>When it was used last, a time stamp; now while it runs, however long ago that began.</summary>
    internal long UsedAt => Volatile.Read(ref _runs) ? _table.Now : Volatile.Read(ref _usedAt);

    /// <summary>Bytes of memory it takes, roughly.</summary>
    internal long Bytes => Volatile.Read(ref _bytes);

    /// <summary>It was just used, and takes so much memory.</summary>
    /// <param name="bytes">Bytes of memory it takes, roughly.</param>
    /// <param name="runs">It has more to do: it is in use until it says otherwise.</param>
    public void Used(long bytes, bool runs = false)
    {
        Volatile.Write(ref _usedAt, _table.Now);
        Volatile.Write(ref _runs, runs);
        lock (_gate)
        {
            if (!_isOut && bytes != _bytes)
            {
                _table.Add(bytes - _bytes);
                Volatile.Write(ref _bytes, bytes);
            }
        }
    }

    /// <summary>It is no longer active.</summary>
    public void Leave()
    {
        lock (_gate)
        {
            if (_isOut)
            {
                return;
            }

            _isOut = true;
            _table.Remove(this);
            _table.Add(-_bytes);
        }
    }

    internal void End()
    {
        Leave();
        _end();
    }
}
