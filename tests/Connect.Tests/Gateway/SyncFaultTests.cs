using Connect.Contracts.Identifiers;
using Connect.Gateway.Sessions;
using Connect.Protocol.V1;
using Xunit;

namespace Connect.Tests.Gateway;

/// <summary>A sync over a store whose reads fail now and then leaves no hole behind <c>synced</c>.</summary>
public sealed class SyncFaultTests
{
    private const int EntriesOfEach = 3;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_read_that_fails_loses_nothing_of_what_its_page_read_before(int failing)
    {
        var reader = new InterleavingReader();
        using var gateway = new GatewayHarness(wrap: reader.Wrap);
        var bert = await gateway.NewUserAsync("bert");
        foreach (var name in new[] { "anna", "carl", "dora" })
        {
            var other = await gateway.NewUserAsync(name);
            for (var i = 0; i < EntriesOfEach; i++)
            {
                gateway.Conversations.Write(gateway.Keys.Derive(other, bert), other, bert, $"text {i}");
            }
        }

        var reads = 0;
        reader.BeforeRead = () =>
        {
            if (Interlocked.Increment(ref reads) == failing)
            {
                throw new InvalidOperationException("A connection to the store broke, once.");
            }
        };
        var client = await gateway.ConnectAsync(bert);
        var answer = await client.AskAsync(new() { Sync = new() { Mode = SyncMode.All } });

        // With something read the page goes out with that; with nothing the client is told to ask again.
        Assert.Equal(failing == 1, answer.Err?.Retryable == true);
        Assert.Equal((failing - 1) * EntriesOfEach, answer.SyncPage?.Entries.Count ?? 0);
        Assert.True(answer.SyncPage?.More ?? true);
        var seen = new List<string>();
        while (answer.SyncPage?.Synced != true)
        {
            seen.AddRange(answer.SyncPage?.Entries.Select(each => $"{each.Conversation}:{each.Seq}") ?? []);
            answer = await client.AskAsync(new() { Next = new() });
        }

        seen.AddRange(answer.SyncPage.Entries.Select(each => $"{each.Conversation}:{each.Seq}"));
        Assert.Equal(3 * EntriesOfEach, seen.Distinct().Count());
        Assert.Equal(3 * EntriesOfEach, seen.Count);
        Assert.True(client.Session.Pushes.IsLive);
    }

    [Fact]
    public void What_a_lost_page_had_taken_comes_again_from_where_it_was()
    {
        var work = new SyncWork(onlyListed: false);
        var (a, b, c) = (new ConversationId(1), new ConversationId(2), new ConversationId(3));
        work.Hold(a, 5);
        work.Hold(b, 7);
        work.Hold(c, 9);
        Assert.Equal((a, 5), Take(work));
        work.Advance(a, through: 8, head: 8);
        Assert.Equal((b, 7), Take(work));
        work.Drop(b);
        Assert.Equal((c, 9), Take(work));
        work.PageLost();
        Assert.False(work.IsDone);
        var again = new List<(ConversationId, long)> { Take(work), Take(work), Take(work) };
        Assert.Equal([(a, 5L), (b, 7L), (c, 9L)], again.Order());
        foreach (var (conversation, position) in again)
        {
            work.Advance(conversation, position, position);
        }

        work.PageSent();
        work.PageLost();
        Assert.True(work.IsDone);
        work.Moved(a, 6);
        Assert.Equal((a, 5), Take(work));
    }

    [Fact]
    public void Positions_are_kept_in_the_order_they_were_said_and_the_last_word_counts()
    {
        var positions = new HeldPositions();
        for (ulong i = 1; i <= 100; i++)
        {
            positions.SetPosition(positions.FindOrAdd(new ConversationId(i)), (long)i);
        }

        positions.SetPosition(positions.FindOrAdd(new ConversationId(7)), 70);
        var work = new SyncWork(onlyListed: true);
        work.Moved(new ConversationId(500), 3);
        work.Hold(positions);
        for (ulong i = 1; i <= 100; i++)
        {
            Assert.Equal((new ConversationId(i), i == 7 ? 70 : (long)i), Take(work));
        }

        Assert.False(work.TryTake(out _, out _));
        Assert.Equal(3, work.Unlisted[new ConversationId(500)]);
    }

    [Theory]
    [InlineData(5_000)]
    [InlineData(50_000)]
    public void A_position_takes_few_bytes_however_many_there_are(int count)
    {
        var positions = new HeldPositions();
        for (var i = 0; i < count; i++)
        {
            positions.SetPosition(positions.FindOrAdd(ConversationId.NewRandom()), i);
        }

        var work = new SyncWork(onlyListed: true);
        work.Hold(positions);
        Assert.Equal(count, positions.Count);
        Assert.InRange((double)work.Bytes / count, 24, 36);
    }

    private static (ConversationId, long) Take(SyncWork work)
    {
        Assert.True(work.TryTake(out var conversation, out var position));
        return (conversation, position);
    }
}
