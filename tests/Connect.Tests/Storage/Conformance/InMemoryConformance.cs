using Connect.Storage.InMemory;
using Microsoft.Extensions.Time.Testing;

namespace Connect.Tests.Storage.Conformance;

/// <summary>The in-memory store, opened for the conformance suite.</summary>
internal static class InMemoryConformance
{
    public static StoreUnderTest Open()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddDays(20_000));
        var store = new InMemoryStore(time);
        var users = new InMemoryUserStore(store);
        return new(
            store,
            store,
            store,
            store,
            users,
            users,
            new InMemoryRelations(users),
            time,
            HistorySweeps.Over(store, time),
            null
        );
    }
}
