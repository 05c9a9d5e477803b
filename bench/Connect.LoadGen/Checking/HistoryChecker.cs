namespace Connect.LoadGen.Checking;

/// <summary>
/// Decides from the outside whether the promises were kept: every acknowledged message on every device, once, at its
/// acknowledged seq, in one dense sequence that is the same everywhere and keeps each sender's order. Pure: a history
/// in, a verdict out.
/// </summary>
public sealed class HistoryChecker
{
    private const int ProblemsPerKind = 5;

    private readonly RunHistory _history;
    private readonly Dictionary<string, SendRecord> _sentByKey = [];
    private readonly Dictionary<long, string?> _entryBySeq = [];
    private readonly List<string> _problems = [];
    private int _lost;
    private int _duplicated;
    private int _outOfOrder;

    private HistoryChecker(RunHistory history) => _history = history;

    /// <summary>Checks a finished run, in which every device was given the time to catch up.</summary>
    public static Verdict Check(RunHistory history) => new HistoryChecker(history).Run();

    private Verdict Run()
    {
        foreach (var send in _history.Sends.Values.SelectMany(sends => sends))
        {
            if (!_sentByKey.TryAdd(send.Key, send))
            {
                throw new ArgumentException($"The run itself sent {send.Key} twice.");
            }
        }

        if (_history.Logs.Count == 0)
        {
            Report(ref _lost, "no device has a log");
        }

        foreach (var (device, log) in _history.Logs)
        {
            CheckSequence(device, log);
            CheckMessages(device, log);
        }

        foreach (var (device, sends) in _history.Sends)
        {
            CheckSenderOrder(device, sends);
        }

        var acked = _sentByKey.Values.Count(send => send.Seq is not null);
        return new Verdict(_sentByKey.Count, acked, _lost, _duplicated, _outOfOrder, _problems);
    }

    /// <summary>Dense from 1, rising, and the same as on the devices before.</summary>
    private void CheckSequence(string device, IReadOnlyList<SeenEntry> log)
    {
        var last = 0L;
        foreach (var entry in log)
        {
            if (entry.Seq <= last)
            {
                Report(ref _outOfOrder, $"{device}: {entry.Seq} came after {last}");
            }
            else
            {
                if (entry.Seq > last + 1)
                {
                    Report(ref _lost, $"{device}: {last + 1} to {entry.Seq - 1} is a hole", entry.Seq - last - 1);
                }

                last = entry.Seq;
            }

            if (!_entryBySeq.TryAdd(entry.Seq, entry.Key) && _entryBySeq[entry.Seq] != entry.Key)
            {
                Report(ref _outOfOrder, $"{device}: {entry.Seq} is another entry than elsewhere");
            }
        }

        var head = _history.Logs.Values.Max(other => other.Count == 0 ? 0 : other.Max(entry => entry.Seq));
        if (last < head)
        {
            Report(ref _lost, $"{device}: ends at {last}, another device at {head}", head - last);
        }
    }

    /// <summary>Each acknowledged message once, where it was acknowledged; nothing that was never sent.</summary>
    private void CheckMessages(string device, IReadOnlyList<SeenEntry> log)
    {
        var seen = new HashSet<string>();
        foreach (var entry in log)
        {
            if (entry.Key is not { } key)
            {
                continue;
            }

            if (!seen.Add(key))
            {
                Report(ref _duplicated, $"{device}: {key} a second time, at {entry.Seq}");
            }

            if (!_sentByKey.TryGetValue(key, out var send))
            {
                Report(ref _duplicated, $"{device}: {key} at {entry.Seq} was sent by nobody");
            }
            else if (send.Seq is { } seq && seq != entry.Seq)
            {
                Report(ref _outOfOrder, $"{device}: {key} stands at {entry.Seq}, acknowledged at {seq}");
            }
        }

        foreach (var send in _sentByKey.Values)
        {
            if (send.Seq is not null && !seen.Contains(send.Key))
            {
                Report(ref _lost, $"{device}: {send.Key}, acknowledged at {send.Seq}, is missing");
            }
        }
    }

    private void CheckSenderOrder(string device, IReadOnlyList<SendRecord> sends)
    {
        var last = 0L;
        foreach (var send in sends)
        {
            if (send.Seq is not { } seq)
            {
                continue;
            }

            if (seq <= last)
            {
                Report(ref _outOfOrder, $"{device} sent {send.Key} later, yet it stands at {seq}, not after {last}");
            }

            last = Math.Max(last, seq);
        }
    }

    private void Report(ref int kind, string problem, long count = 1)
    {
        if (kind < ProblemsPerKind)
        {
            _problems.Add(problem);
        }

        kind += (int)count;
    }
}
