using Xunit;

namespace Connect.Tests.Storage.Conformance;

public sealed class RocksDbMarkTests(RocksDbFixture fixture)
    : MarkConformance(fixture.Ports),
        IClassFixture<RocksDbFixture>;
