namespace Connect.Tests.Storage.Conformance;

public sealed class InMemoryDeletionTests : DeletionConformance
{
    protected override StoreUnderTest Open() => InMemoryConformance.Open();
}
