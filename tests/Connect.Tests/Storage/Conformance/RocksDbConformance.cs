using Connect.Tests.Storage.RocksDb;

namespace Connect.Tests.Storage.Conformance;

public sealed class RocksDbCommitTests : CommitConformance
{
    protected override StoreUnderTest Open() => StoreFolder.OpenForConformance();
}

public sealed class RocksDbMarkTests : MarkConformance
{
    protected override StoreUnderTest Open() => StoreFolder.OpenForConformance();
}

public sealed class RocksDbReadTests : ReadConformance
{
    protected override StoreUnderTest Open() => StoreFolder.OpenForConformance();
}

public sealed class RocksDbUserTests : UserConformance
{
    protected override StoreUnderTest Open() => StoreFolder.OpenForConformance();
}
