using Connect.Tests.Storage.RocksDb;

namespace Connect.Tests.Storage.Conformance;

public sealed class RocksDbDeletionTests : DeletionConformance
{
    protected override StoreUnderTest Open() => StoreFolder.OpenForConformance();
}
