using Connect.Tests.Storage.RocksDb;

namespace Connect.Tests.Storage.Conformance;

public sealed class RocksDbUserTests : UserConformance
{
    protected override StoreUnderTest Open() => StoreFolder.OpenForConformance();
}
