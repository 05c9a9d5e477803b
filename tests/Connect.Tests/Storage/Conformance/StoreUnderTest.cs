using Connect.Contracts.Accounts;
using Connect.Contracts.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Connect.Tests.Storage.Conformance;

/// <summary>The ports of one store, with the clock it runs on.</summary>
public sealed record StoreUnderTest(
    IConversationStore Store,
    IConversationReader Reader,
    IConversationIndex Index,
    IIndexRows IndexRows,
    IUserStore Users,
    IDeletionStore Deletions,
    IRelationStore Relations,
    FakeTimeProvider Time,
    IDisposable? Owner
) : IDisposable
{
    public void Dispose() => Owner?.Dispose();
}
