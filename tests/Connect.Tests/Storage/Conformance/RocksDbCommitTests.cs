using Xunit;

namespace Connect.Tests.Storage.Conformance;

public sealed class RocksDbCommitTests(RocksDbFixture fixture)
    : CommitConformance(fixture.Ports),
        IClassFixture<RocksDbFixture>;
