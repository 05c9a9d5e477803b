using System.Diagnostics;
using Connect.Accounts.Names;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Conversations.History;
using Connect.Conversations.Lists;
using Connect.Doors.Wire;
using Connect.Protocol.V1;
using Connect.Storage.InMemory;
using Connect.Storage.Reading;
using Connect.Tests.Grains;
using Connect.Tests.Storage;
using Connect.Tests.Storage.Conformance;
using Connect.Tests.Storage.RocksDb;
using Microsoft.Extensions.Options;
using Xunit;

namespace Connect.Tests.Gateway;

/// <summary>The list of a user with 2,000 conversations, read from the store on disk.</summary>
public sealed class LongListTests(ITestOutputHelper output)
{
    private const int Conversations = 2_000;
    private const int Page = 50;

    [Fact]
    public async Task A_page_of_2000_conversations_costs_one_read_of_all_heads_and_the_views_it_shows()
    {
        using var folder = new StoreFolder();
        using var store = folder.Open();
        var me = UserId.NewRandom();
        var talks = await WriteAsync(store.Conversations, store.Index, me, folder.Time.GetUtcNow());
        var rows = new CountingRows((IConversationRows)store.Conversations);
        var users = new KnownUsers(new InMemoryUserStore(), Options.Create(new NameOptions()));
        var list = new ConversationList(
            store.Index,
            new ConversationReads(rows, folder.Time, TimeSpan.FromDays(30)),
            users,
            new KnownRelations(),
            folder.Time,
            Options.Create(new ReadingOptions())
        );

        var first = await ReadAsync(list, me);
        Assert.Equal(talks[^Page..].Reverse(), first.Items.Select(item => item.Id));
        Assert.All(first.Items, item => Assert.Equal((1ul, 1u), (item.Head, item.Unread)));
        Assert.Equal((2, 0), (rows.Batches, rows.Singles));

        (rows.Batches, rows.Singles) = (0, 0);
        var second = await ReadAsync(list, me, first.Next);
        Assert.Equal(talks[^(2 * Page)..^Page].Reverse(), second.Items.Select(item => item.Id));
        Assert.Equal((2, 0), (rows.Batches, rows.Singles));

        var began = Stopwatch.GetTimestamp();
        var pages = 0;
        for (var after = ""; pages == 0 || after.Length > 0; pages++)
        {
            after = (await ReadAsync(list, me, after)).Next;
        }

        var all = Stopwatch.GetElapsedTime(began);
        began = Stopwatch.GetTimestamp();
        await ReadAsync(list, me);
        var one = Stopwatch.GetElapsedTime(began);
        began = Stopwatch.GetTimestamp();
        Assert.Empty((await ReadAsync(list, me, filter: ListFilter.Requests)).Items);
        var none = Stopwatch.GetElapsedTime(began);
        Assert.Equal(Conversations / Page, pages);
        output.WriteLine(
            $"{Conversations} conversations: a page of {Page} in {one.TotalMilliseconds:F1} ms, all {pages} pages in "
                + $"{all.TotalMilliseconds:F0} ms, all looked through for requests in {none.TotalMilliseconds:F1} ms."
        );
    }

    private static async Task<string[]> WriteAsync(
        IConversationStore store,
        IConversationIndex index,
        UserId me,
        DateTimeOffset now
    )
    {
        var talks = new Talk[Conversations];
        for (var i = 0; i < Conversations; i++)
        {
            talks[i] = Talk.Between(store, UserId.NewRandom(), me);
            talks[i].Time = now.ToUnixTimeMilliseconds() + i;
        }

        await Task.WhenAll(talks.Select(talk => talk.CreateAsync()));
        await index.PutAsync([.. talks.Select(talk => new IndexRow(me, talk.Id, Talk.NewCid(), 1))]);
        return [.. talks.Select(talk => talk.Id.ToString())];
    }

    private static async Task<ConversationsPage> ReadAsync(
        ConversationList list,
        UserId me,
        string after = "",
        ListFilter filter = ListFilter.None
    )
    {
        Assert.True((await list.ReadAsync(me, new(after, 0, filter, []))).TryGet(out var page, out _));
        return page.ToWire();
    }
}
