using Xunit;

namespace Connect.Tests.Storage.Conformance;

public sealed class RocksDbReadTests(RocksDbFixture fixture)
    : ReadConformance(fixture.Ports),
        IClassFixture<RocksDbFixture>;
