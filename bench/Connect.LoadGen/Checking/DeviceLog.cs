using System.Globalization;

namespace Connect.LoadGen.Checking;

/// <summary>
/// What one device was given of one conversation while a run goes on, checked as it comes: dense, each message once,
/// each sender's in the order they were sent, and at every seq the same as on the other devices. Not thread-safe: the
/// device's reader owns it.
/// </summary>
public sealed class DeviceLog
{
    /// <summary>Stands for an entry that is no message of the run.</summary>
    private const int NoSender = -1;

    private readonly string _name;
    private readonly int _own;
    private readonly SharedOrder _order;
    private readonly Faults _faults;
    private readonly Dictionary<long, (int Sender, int Number)> _ahead = [];
    private readonly int[] _next;
    private long _tolerated;

    /// <param name="name">Of the device, for reports.</param>
    /// <param name="senders">Senders of the conversation, numbered from 0.</param>
    /// <param name="order">That of the conversation; shared.</param>
    /// <param name="faults">Where what is wrong is counted; shared.</param>
    /// <param name="own">The sender that this device is; below 0 = none. What it sent itself it may be told twice: by
    /// the acknowledgement, and as a push when it came back in between.</param>
    public DeviceLog(string name, int senders, SharedOrder order, Faults faults, int own = -1)
    {
        (_name, _own) = (name, own);
        _order = order;
        _faults = faults;
        _next = new int[senders];
    }

    /// <summary>The highest seq below which nothing is missing.</summary>
    public long Position { get; private set; }

    /// <summary>Something came that does not follow the position yet.</summary>
    public bool HasHole => _ahead.Count > 0;

    /// <summary>Second copies that the protocol allows: pushed once more around a sync.</summary>
    public int Again { get; private set; }

    /// <summary>A sync runs: what it brings may be here already.</summary>
    public bool IsSyncing { get; private set; }

    public void BeginSync() => IsSyncing = true;

    /// <summary>
    /// The sync is over. What was committed before it ended may still be on its way as a push.
    /// </summary>
    public void EndSync()
    {
        IsSyncing = false;
        _tolerated = Math.Max(Position, _ahead.Count == 0 ? 0 : _ahead.Keys.Max());
    }

    /// <summary>Takes a message of the run. False when it was here already.</summary>
    public bool Take(long seq, int sender, int number) => TakeEntry(seq, sender, number);

    /// <summary>Takes another entry, such as a change of membership.</summary>
    public bool TakeOther(long seq) => TakeEntry(seq, NoSender, 0);

    /// <summary>Steps over a range that this device will never hold.</summary>
    public void Skip(long from, long to)
    {
        for (var seq = Math.Max(from, Position + 1); seq <= to; seq++)
        {
            TakeEntry(seq, NoSender, -1);
        }
    }

    /// <summary>Takes a message that bears no seq, as a relay gives it.</summary>
    public void TakeUnnumbered(int sender, int number) => CheckSender(sender, number, seq: 0);

    /// <summary>At the end: every message of each sender must be here.</summary>
    /// <param name="sent">By sender, how many were sent; below 0 = theirs are not given to this device.</param>
    public void Settle(ReadOnlySpan<int> sent)
    {
        for (var sender = 0; sender < _next.Length; sender++)
        {
            if (sent[sender] > _next[sender])
            {
                _faults.AddLost(
                    Say($"{sent[sender] - _next[sender]} of sender {sender}"),
                    sent[sender] - _next[sender]
                );
            }
        }
    }

    private bool TakeEntry(long seq, int sender, int number)
    {
        if (number >= 0 && !_order.Agree(seq, KeyOf(sender, number)))
        {
            _faults.AddOutOfOrder(Say($"another entry at {seq} than elsewhere"));
        }

        if (seq <= Position || (seq > Position + 1 && !_ahead.TryAdd(seq, (sender, number))))
        {
            if (IsSyncing || seq <= _tolerated || (sender == _own && sender != NoSender))
            {
                Again++;
            }
            else
            {
                _faults.AddDuplicated(Say($"{seq} a second time"));
            }

            return false;
        }

        if (seq == Position + 1)
        {
            Advance(seq, sender, number);
            while (_ahead.Count > 0 && _ahead.Remove(Position + 1, out var next))
            {
                Advance(Position + 1, next.Sender, next.Number);
            }
        }

        return true;
    }

    private void Advance(long seq, int sender, int number)
    {
        Position = seq;
        if (sender != NoSender)
        {
            CheckSender(sender, number, seq);
        }
    }

    private void CheckSender(int sender, int number, long seq)
    {
        ref var next = ref _next[sender];
        if (number < next)
        {
            _faults.AddDuplicated(Say($"{number} of sender {sender} once more, at {seq}"));
            return;
        }

        if (number > next && seq == 0)
        {
            _faults.AddLost(Say($"{next} to {number - 1} of sender {sender}"), number - next);
        }
        else if (number > next)
        {
            // No hole in the seqs, so it overtook the others.
            _faults.AddOutOfOrder(Say($"{number} of sender {sender} at {seq}, expected {next}"));
        }

        next = number + 1;
    }

    private static long KeyOf(int sender, int number) =>
        sender == NoSender ? long.MaxValue : ((long)sender << 32 | (uint)number) + 1;

    private string Say(FormattableString text) => $"{_name}: {text.ToString(CultureInfo.InvariantCulture)}";
}
