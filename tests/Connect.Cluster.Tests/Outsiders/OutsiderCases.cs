using Xunit;

namespace Connect.Cluster.Tests.Outsiders;

/// <summary>The tests that share one <see cref="OutsiderWorld"/>.</summary>
[CollectionDefinition(Name)]
public sealed class OutsiderCases : ICollectionFixture<OutsiderWorld>
{
    public const string Name = "outsiders";
}
