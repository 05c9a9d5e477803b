using Xunit;

namespace Connect.Tests.Storage.Conformance;

public sealed class RocksDbGroupTests(RocksDbFixture fixture)
    : GroupConformance(fixture.Ports),
        IClassFixture<RocksDbFixture>;
