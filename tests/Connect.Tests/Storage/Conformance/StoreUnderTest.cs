using Connect.Contracts.Accounts;
using Connect.Contracts.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Connect.Tests.Storage.Conformance;

/// <summary>The ports of one store, with the clock it runs on.</summary>
/// <param name="SweepHistoryAsync">
/// Looks once at all conversations for entries older than this; a minute passes before it.
/// </param>
public sealed record StoreUnderTest(
    IConversationStore Store,
    IConversationReader Reader,
    IConversationIndex Index,
    IIndexRows IndexRows,
    IUserStore Users,
    IDeletionStore Deletions,
    IRelationStore Relations,
    FakeTimeProvider Time,
    Func<TimeSpan, ValueTask> SweepHistoryAsync,
    IDisposable? Owner
) : IDisposable
{
    public void Dispose() => Owner?.Dispose();
}
