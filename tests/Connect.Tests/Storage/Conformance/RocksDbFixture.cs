using Connect.Tests.Storage.RocksDb;

namespace Connect.Tests.Storage.Conformance;

/// <summary>One embedded store for the tests of a class: opening one costs more than most of them.</summary>
public sealed class RocksDbFixture : IDisposable
{
    public StoreUnderTest Ports { get; } = StoreFolder.OpenForConformance();

    public void Dispose() => Ports.Dispose();
}
