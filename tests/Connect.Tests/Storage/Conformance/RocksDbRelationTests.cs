using Connect.Tests.Storage.RocksDb;

namespace Connect.Tests.Storage.Conformance;

public sealed class RocksDbRelationTests : RelationConformance
{
    protected override StoreUnderTest Open() => StoreFolder.OpenForConformance();
}
