using System.Diagnostics.Metrics;

namespace Connect.Contracts.Storage;

/// <summary>
/// Whom a walk in the background passed over because their rows cannot be read: a damaged row must not stop the work
/// for everybody behind it. Each is logged once, counted each time, and rests before it is tried again. May be used
/// from any thread.
/// </summary>
/// <param name="work">The name of the walk, for the counter.</param>
/// <param name="time">The clock.</param>
public sealed class PassedOver(string work, TimeProvider time)
{
    /// <summary>How long one rests that was passed over.</summary>
    public static readonly TimeSpan Rest = TimeSpan.FromMinutes(1);

    /// <summary>More are counted and tried again all the same, but neither logged nor do they rest.</summary>
    private const int Remembered = 1_000;

    private static readonly Meter Meter = new("Connect");
    private static readonly Counter<long> Passed = Meter.CreateCounter<long>(
        "connect.store.passed_over",
        "{pass}",
        "Conversations and users whose rows could not be read, each time that `work` in the background went on without."
    );

    private readonly Lock _gate = new();
    private readonly Dictionary<UInt128, DateTimeOffset> _restUntil = [];

    /// <summary>
    /// False: the store itself refuses, fails or closes, so that whatever comes next would fail as well.
    /// </summary>
    public static bool Concerns(Exception exception) =>
        exception
            is not (StoreRefusesException or IOException or OperationCanceledException or ObjectDisposedException);

    /// <summary>Counts one that is passed over.</summary>
    /// <returns>True: it is to be logged, since it is the first time.</returns>
    public bool Note(UInt128 id)
    {
        Passed.Add(1, new KeyValuePair<string, object?>("work", work));
        var until = time.GetUtcNow() + Rest;
        lock (_gate)
        {
            var isKnown = _restUntil.ContainsKey(id);
            if (!isKnown && _restUntil.Count >= Remembered)
            {
                return false;
            }

            _restUntil[id] = until;
            return !isKnown;
        }
    }

    /// <summary>It was passed over a short while ago.</summary>
    public bool Rests(UInt128 id)
    {
        lock (_gate)
        {
            return _restUntil.TryGetValue(id, out var until) && time.GetUtcNow() < until;
        }
    }

    /// <summary>It could be read.</summary>
    public void Forget(UInt128 id)
    {
        lock (_gate)
        {
            _restUntil.Remove(id);
        }
    }
}
