using System.Diagnostics.Metrics;

namespace Connect.Server.Metrics;

/// <summary>How often the store is read, by the kind of question, on the meter <c>Connect</c>.</summary>
internal sealed class StoreReadMetrics : IDisposable
{
    private readonly Meter _meter = new("Connect");
    private readonly Counter<long> _reads;

    public StoreReadMetrics() =>
        _reads = _meter.CreateCounter<long>(
            "connect.store.reads",
            "{read}",
            "Reads of conversations and lists that the store was asked for, by `kind`."
        );

    public void Read(string kind) => _reads.Add(1, new KeyValuePair<string, object?>("kind", kind));

    public void Dispose() => _meter.Dispose();
}
