using Connect.Contracts.Identifiers;
using Connect.Storage.InMemory;
using Connect.Storage.Reading;
using Connect.Tests.Storage.Conformance;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Connect.Tests.Cost;

/// <summary>What a list reads to know what of a conversation ended before a member got it.</summary>
public sealed class UndeliveredCostTests
{
    private static readonly TimeSpan Ttl = TimeSpan.FromDays(30);
    private static readonly UserId Me = UserId.NewRandom();

    [Theory]
    [InlineData(100)]
    [InlineData(1_000)]
    public async Task What_waits_for_a_member_costs_a_list_one_entry_however_much_waits(int messages)
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddDays(20_000));
        var (store, other) = (new InMemoryStore(time, Ttl), UserId.NewRandom());
        var talk = Talk.Between(store, other, Me);
        talk.Time = time.GetUtcNow().ToUnixTimeMilliseconds();
        await talk.CreateAsync();
        await talk.AppendAsync(other, [.. Enumerable.Range(2, messages - 1).Select(i => $"message {i}")]);
        var meter = new WorkMeter();
        var reads = new ConversationReads(meter.Of<IConversationRows>(store), time, Ttl);

        Assert.Equal(0, await EndedAsync());

        // The newest entry is shown; the oldest that waits is young enough.
        Assert.InRange(meter.Entries, 1, 2);

        time.Advance(Ttl + TimeSpan.FromMilliseconds(messages / 2));
        meter.Reset();
        Assert.Equal(messages / 2, await EndedAsync());

        // One binary search, and a count at either end of what ended.
        var search = (int)Math.Ceiling(Math.Log2(messages)) + 1;
        Assert.InRange(meter.Entries, 3, 1 + search + 2);

        async Task<long> EndedAsync() =>
            Assert.Single(await reads.ReadViewsAsync(Me, [talk.Id], TestContext.Current.CancellationToken)).EndedUnread;
    }
}
