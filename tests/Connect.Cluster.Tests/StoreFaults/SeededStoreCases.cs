using Xunit;

namespace Connect.Cluster.Tests.StoreFaults;

/// <summary>The classes of tests that share one <see cref="SeededStore"/>.</summary>
[CollectionDefinition(Name)]
public sealed class SeededStoreCases : ICollectionFixture<SeededStore>
{
    public const string Name = "seeded store";
}
