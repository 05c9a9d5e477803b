namespace Connect.Tests.Storage.Conformance;

public sealed class InMemoryRelationTests : RelationConformance
{
    protected override StoreUnderTest Open() => InMemoryConformance.Open();
}
