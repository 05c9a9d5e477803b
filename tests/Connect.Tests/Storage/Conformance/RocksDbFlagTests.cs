using Connect.Tests.Storage.RocksDb;

namespace Connect.Tests.Storage.Conformance;

public sealed class RocksDbFlagTests : FlagConformance
{
    protected override StoreUnderTest Open() => StoreFolder.OpenForConformance();
}
