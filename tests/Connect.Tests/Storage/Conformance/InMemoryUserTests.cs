namespace Connect.Tests.Storage.Conformance;

public sealed class InMemoryUserTests : UserConformance
{
    protected override StoreUnderTest Open() => InMemoryConformance.Open();
}
