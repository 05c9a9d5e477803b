namespace Connect.Tests.Storage.Conformance;

public sealed class InMemoryFlagTests : FlagConformance
{
    protected override StoreUnderTest Open() => InMemoryConformance.Open();
}
