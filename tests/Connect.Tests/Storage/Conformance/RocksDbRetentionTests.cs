using Xunit;

namespace Connect.Tests.Storage.Conformance;

public sealed class RocksDbRetentionTests(RocksDbFixture fixture)
    : RetentionConformance(fixture.Ports),
        IClassFixture<RocksDbFixture>;
