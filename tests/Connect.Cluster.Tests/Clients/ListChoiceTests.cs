using System.Text.Json;
using Connect.Client;
using Connect.Cluster.Tests.Processes;
using Connect.Protocol.V1;
using Xunit;
using static Connect.Cluster.Tests.Clients.Snapshots;

namespace Connect.Cluster.Tests.Clients;

/// <summary>
/// What a user chooses for a conversation on one device reaches the other, and is still there after a kill.
/// </summary>
public sealed class ListChoiceTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Muted_and_hidden_on_one_device_is_so_on_the_other_and_after_a_kill_until_the_next_entry()
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Limit);
        var cancellation = deadline.Token;
        await using var server = await ServerProcess.StartAsync(cancellation);
        await using var phone = await Friend.JoinAsync(server, "ann", cancellation);
        await using var desk = await Friend.LoginAsync(server, "ann", cancellation);
        await using var bob = await Friend.JoinAsync(server, "bob", cancellation);
        await phone.Client.RequestContactAsync(bob.Id, cancellation);
        await bob.Client.AcceptContactAsync(phone.Id, cancellation);
        await using var small = await phone.Client.OpenListAsync(cancellation);
        await using var large = await desk.Client.OpenListAsync(cancellation);
        var his = await bob.Client.OpenDirectAsync("ann", cancellation);
        var id = (await his.SendAsync("first", cancellation)).Conversation;
        var here = phone.Client.Conversation(id);
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var until = DateTimeOffset.FromUnixTimeMilliseconds(now).AddDays(1);

        await ShowsAsync(large, list => list.Items is [{ Info.MutedUntil: null }], cancellation);
        await here.MuteAsync(until, cancellation);
        await ShowsAsync(large, list => list.Items is [{ Info.MutedUntil: { } time }] && time == until, cancellation);
        await ShowsAsync(small, list => list.Items is [{ Info.MutedUntil: { } time }] && time == until, cancellation);
        await here.HideAsync(cancellation);
        await ShowsAsync(small, list => list.Items.Count == 0, cancellation);
        await ShowsAsync(large, list => list.Items.Count == 0, cancellation);

        await server.KillAsync(cancellation);
        await desk.UntilAsync(() => desk.Client.State == ConnectionState.Connecting, cancellation);
        await server.RestartAsync(cancellation);
        foreach (var friend in new[] { phone, desk, bob })
        {
            await friend.UntilAsync(() => friend.Client.State == ConnectionState.Live, cancellation);
        }

        await using var fresh = await Friend.LoginAsync(server, "ann", cancellation);
        foreach (var device in new[] { phone, desk, fresh })
        {
            Assert.Empty(await device.Client.ListConversationsAsync(cancellation).ToListAsync(cancellation));
            var info = await device.Client.GetConversationAsync(id, cancellation);
            Assert.Equal((true, until), (info!.IsHidden, info.MutedUntil));
        }

        // The one it is kept from does not learn of it.
        var seen = await bob.Client.GetConversationAsync(id, cancellation);
        Assert.Equal((false, (DateTimeOffset?)null), (seen!.IsHidden, seen.MutedUntil));

        await his.SendAsync("second", cancellation);
        await ShowsAsync(small, list => list.Items is [{ Info: { Unread: 2, IsHidden: false } }], cancellation);
        await ShowsAsync(large, list => list.Items is [{ Info: { Unread: 2, IsHidden: false } }], cancellation);
        Assert.Equal(until, (await fresh.Client.GetConversationAsync(id, cancellation))!.MutedUntil);
        await desk.Client.Conversation(id).MuteAsync(null, cancellation);
        await ShowsAsync(small, list => list.Items is [{ Info.MutedUntil: null }], cancellation);
    }

    [Fact]
    public async Task A_request_stands_apart_on_both_devices_until_one_of_them_accepts_it()
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Limit);
        var cancellation = deadline.Token;
        await using var server = await ServerProcess.StartAsync(cancellation);
        using var http = server.CreateClient();
        await using var phone = await Friend.JoinAsync(server, "ann", cancellation);
        await using var desk = await Friend.LoginAsync(server, "ann", cancellation);
        var ann = await TestUser.LoginAsync(http, "ann", TestUser.Password, cancellation);
        await using var eve = await Friend.JoinAsync(server, "eve", cancellation);
        await using var large = await desk.Client.OpenListAsync(cancellation);
        var from = await eve.Client.OpenDirectAsync("ann", cancellation);
        var id = (await from.SendAsync("do you know me?", cancellation)).Conversation;

        await ShowsAsync(large, list => list.Items is [{ Info.Request: true }], cancellation);
        Assert.Equal([id], await ListAsync(http, ann, "requests", cancellation));
        Assert.Empty(await ListAsync(http, ann, "accepted", cancellation));
        await server.KillAsync(cancellation);
        await server.RestartAsync(cancellation);
        Assert.Equal([id], await ListAsync(http, ann, "requests", cancellation));

        await phone.UntilAsync(() => phone.Client.State == ConnectionState.Live, cancellation);
        await phone.Client.Conversation(id).AcceptRequestAsync(cancellation);
        await ShowsAsync(large, list => list.Items is [{ Info.Request: false }], cancellation);
        Assert.Empty(await ListAsync(http, ann, "requests", cancellation));
        Assert.Equal([id], await ListAsync(http, ann, "accepted", cancellation));
    }

    [Fact]
    public async Task What_came_between_the_look_and_the_hiding_keeps_it_in_the_list()
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Limit);
        var cancellation = deadline.Token;
        await using var server = await ServerProcess.StartAsync(cancellation);
        await using var phone = await Friend.JoinAsync(server, "ann", cancellation);
        await using var desk = await Friend.LoginAsync(server, "ann", cancellation);
        await using var bob = await Friend.JoinAsync(server, "bob", cancellation);
        await using var small = await phone.Client.OpenListAsync(cancellation);
        await using var large = await desk.Client.OpenListAsync(cancellation);
        var his = await bob.Client.OpenDirectAsync("ann", cancellation);
        var id = (await his.SendAsync("seen", cancellation)).Conversation;
        var here = phone.Client.Conversation(id);
        await ShowsAsync(small, list => list.Items is [{ Info.Head: 1 }], cancellation);
        await his.SendAsync("not seen", cancellation);
        await ShowsAsync(small, list => list.Items is [{ Info.Head: 2 }], cancellation);
        await ShowsAsync(large, list => list.Items is [{ Info.Head: 2 }], cancellation);

        await here.HideAsync(1, cancellation);
        Assert.False((await phone.Client.GetConversationAsync(id, cancellation))!.IsHidden);
        Assert.Single(small.Current.Items);
        await here.HideAsync(2, cancellation);
        await ShowsAsync(small, list => list.Items.Count == 0, cancellation);
        await ShowsAsync(large, list => list.Items.Count == 0, cancellation);
        Assert.Equal([id], await FilteredAsync(phone, ConversationFilter.Hidden, cancellation));
        Assert.Empty(await FilteredAsync(phone, ConversationFilter.Requests, cancellation));
        await desk.Client.Conversation(id).UnhideAsync(cancellation);
        await ShowsAsync(small, list => list.Items is [{ Info.IsHidden: false }], cancellation);
        await ShowsAsync(large, list => list.Items is [{ Info.IsHidden: false }], cancellation);
        Assert.Empty(await FilteredAsync(phone, ConversationFilter.Hidden, cancellation));
        Assert.Equal([id], await FilteredAsync(phone, ConversationFilter.Requests, cancellation));
        Assert.Empty(await FilteredAsync(phone, ConversationFilter.Accepted, cancellation));

        // Without a seq: what this client has received. It is live, and both messages are here.
        await here.HideAsync(cancellation);
        await ShowsAsync(small, list => list.Items.Count == 0, cancellation);
        Assert.True((await desk.Client.GetConversationAsync(id, cancellation))!.IsHidden);
        await his.SendAsync("third", cancellation);
        await ShowsAsync(small, list => list.Items is [{ Info: { Head: 3, IsHidden: false } }], cancellation);
        // Offline nothing is known of what came meanwhile: all that the server has is hidden.
        await phone.Client.DisconnectAsync(cancellation);
        await his.SendAsync("fourth", cancellation);
        await here.HideAsync(cancellation);
        Assert.True((await desk.Client.GetConversationAsync(id, cancellation))!.IsHidden);
    }

    private static async Task<List<string>> FilteredAsync(
        Friend friend,
        ConversationFilter filter,
        CancellationToken cancellation
    ) =>
        await friend
            .Client.ListConversationsAsync(filter, cancellation)
            .Select(info => info.Id)
            .ToListAsync(cancellation);

    private static async Task<List<string>> ListAsync(
        HttpClient http,
        TestUser user,
        string filter,
        CancellationToken cancellation
    )
    {
        using var request = user.Request(HttpMethod.Get, $"/v1/conversations?filter={filter}");
        using var answer = await http.SendAsync(request, cancellation);
        var text = await answer.Content.ReadAsStringAsync(cancellation);
        Assert.True(answer.IsSuccessStatusCode, text);
        using var page = JsonDocument.Parse(text);
        var has = page.RootElement.TryGetProperty("items", out var items);
        Assert.True(has || !text.Contains(user.Id, StringComparison.Ordinal), text);
        return has ? [.. items.EnumerateArray().Select(item => item.GetProperty("id").GetString()!)] : [];
    }
}
