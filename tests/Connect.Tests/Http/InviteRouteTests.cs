using System.Net;
using System.Text.Json;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Conversations.Groups;
using Connect.Conversations.State;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace Connect.Tests.Http;

/// <summary>Invites over all groups: what counts, what lapses, what is hidden, and what is listed.</summary>
public sealed class InviteRouteTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_inviter_has_so_many_open_over_all_groups_and_an_answer_frees_one()
    {
        await using var world = await ChatWorld.StartAsync("ann", "bob");
        var options = world.Http.Services.GetRequiredService<IOptions<ConversationOptions>>().Value;
        (options.MaxInvitesPerInviter, options.InviteLifetime) = (4, TimeSpan.FromMinutes(5));
        var many = Enumerable.Range(0, 4).Select(i => $"user{i}").ToArray();
        await world.JoinAsync([.. many, "last"]);
        await world.CreateAsync("ann", [.. many[..2]]);
        var second = await world.CreateAsync("ann", [.. many[2..]]);

        (await world.TryCreateAsync("ann", "last")).Problem(ErrorCode.RateLimited);
        (await world.InviteAsync("ann", second, "last")).Problem(ErrorCode.RateLimited);

        // The same group again has its answer, and needs no room.
        Assert.Equal(HttpStatusCode.OK, (await world.InviteAsync("ann", second, many[3])).Status);
        await world.DoAsync(many[3], "POST", $"/v1/invites/{second}/decline");
        Assert.Equal(HttpStatusCode.OK, (await world.InviteAsync("ann", second, "last")).Status);
        (await world.TryCreateAsync("ann", "bob")).Problem(ErrorCode.RateLimited);

        // Lapsed ones do not count.
        world.Http.Time.Advance(TimeSpan.FromMinutes(6));
        await world.JoinAsync(["later"]);
        Assert.Equal(HttpStatusCode.Created, (await world.TryCreateAsync("ann", "later")).Status);
    }

    [Fact]
    public async Task Invites_by_somebody_who_is_blocked_cost_the_invited_user_nothing_and_void_no_others()
    {
        await using var world = await ChatWorld.StartAsync("own", "adm", "vic");
        await world.BefriendAsync("own", "adm");
        await world.DoAsync("vic", "PUT", $"/v1/blocks/{world.Id("own")}");
        var group = await world.CreateAsync("own", "adm", "vic");
        var index = world.Http.Services.GetRequiredService<IConversationIndex>();
        Assert.Empty(await index.ListAsync(world.User("vic"), Cancel));
        Assert.Empty(await index.ListInvitesAsync(world.User("vic"), Cancel));
        Assert.Empty(await world.InvitesAsync("vic"));

        await world.DoAsync(
            "own",
            "PUT",
            $"/v1/conversations/{group}/members/{world.Id("adm")}/role",
            """{"role":"admin"}"""
        );
        var told = (await world.InviteAsync("adm", group, "vic")).Json;

        Assert.Equal(world.Id("vic"), Assert.Single(told.GetProperty("invited").EnumerateArray()).GetString());
        Assert.Equal([group], await world.InvitesAsync("vic"));
        await world.DoAsync("vic", "POST", $"/v1/invites/{group}/accept");
        Assert.Empty(await world.InvitesAsync("vic"));
    }

    [Fact]
    public async Task When_no_more_may_wait_the_oldest_from_a_stranger_lapses_and_a_contacts_stays()
    {
        await using var world = await ChatWorld.StartAsync("vic", "friend");
        var limit = world.Http.Services.GetRequiredService<IOptions<GroupOptions>>().Value;
        limit.Invites = 3;
        var ofFriend = await world.CreateAsync("friend", "vic");
        await world.BefriendAsync("friend", "vic");
        var groups = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            await world.JoinAsync([$"stranger{i}"]);
            world.Http.Time.Advance(TimeSpan.FromSeconds(1));
            groups.Add(await world.CreateAsync($"stranger{i}", "vic"));
        }

        Assert.Equal([groups[4], groups[3], ofFriend], await world.InvitesAsync("vic"));

        // To the group it looks as if it had been declined, and its inviter may send another.
        var members = await world.DoAsync("stranger0", "GET", $"/v1/conversations/{groups[0]}/members");
        Assert.Single(members.GetProperty("members").EnumerateArray());
        (await world.SendAsync("vic", "POST", $"/v1/invites/{groups[0]}/accept")).Problem(ErrorCode.NotFound);
    }

    [Fact]
    public async Task A_change_that_invites_nobody_does_not_count_against_its_inviter()
    {
        await using var world = await ChatWorld.StartAsync("ann", "bob", "eve", "last");
        world.Http.Services.GetRequiredService<IOptions<ConversationOptions>>().Value.MaxInvitesPerInviter = 2;
        var index = world.Http.Services.GetRequiredService<IConversationIndex>();
        var groups = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            groups.Add(await world.CreateAsync("ann", "bob", "eve"));
            await world.DoAsync("bob", "POST", $"/v1/invites/{groups[i]}/accept");
            await world.DoAsync("eve", "POST", $"/v1/invites/{groups[i]}/accept");
        }

        foreach (var group in groups)
        {
            Assert.Equal(HttpStatusCode.OK, (await world.InviteAsync("ann", group, "bob")).Status);
            Assert.Empty(await index.ListSentAsync(world.User("ann"), 10, Cancel));
        }

        Assert.Equal(HttpStatusCode.OK, (await world.InviteAsync("ann", groups[0], "last")).Status);

        // More of them than there is room for, but nobody of them needs an invite.
        var both = $$"""{"users":["{{world.Id("bob")}}","{{world.Id("eve")}}"]}""";
        var path = $"/v1/conversations/{groups[1]}/members";
        Assert.Equal(HttpStatusCode.OK, (await world.SendAsync("ann", "POST", path, both)).Status);
        Assert.Single(await index.ListSentAsync(world.User("ann"), 10, Cancel));
    }

    [Fact]
    public async Task A_change_that_is_refused_ends_nobody_elses_invite()
    {
        await using var world = await ChatWorld.StartAsync("vic", "ann", "stranger", "other");
        world.Http.Services.GetRequiredService<IOptions<GroupOptions>>().Value.Invites = 1;
        var group = await world.CreateAsync("ann", "vic");
        var others = await world.CreateAsync("other");

        foreach (var refusing in new[] { ConversationId.NewRandom().ToString(), group, others })
        {
            (await world.InviteAsync("stranger", refusing, "vic")).Problem(ErrorCode.NotFound);
            Assert.Equal([group], await world.InvitesAsync("vic"));
        }

        await world.InviteAsync("other", others, "vic");
        Assert.Equal([others], await world.InvitesAsync("vic"));
    }

    [Fact]
    public async Task Where_only_contacts_invited_nobody_gets_in_and_the_inviter_is_told()
    {
        await using var world = await ChatWorld.StartAsync("vic", "friend", "stranger");
        world.Http.Services.GetRequiredService<IOptions<GroupOptions>>().Value.Invites = 1;
        var ofFriend = await world.CreateAsync("friend", "vic");
        await world.BefriendAsync("friend", "vic");

        (await world.TryCreateAsync("stranger", "vic")).Problem(ErrorCode.RateLimited);

        Assert.Equal([ofFriend], await world.InvitesAsync("vic"));
        await world.DoAsync("vic", "POST", $"/v1/invites/{ofFriend}/decline");
        Assert.Equal(HttpStatusCode.Created, (await world.TryCreateAsync("stranger", "vic")).Status);
    }

    [Fact]
    public async Task The_list_comes_in_pages_and_what_lapsed_or_never_was_is_not_in_it()
    {
        await using var world = await ChatWorld.StartAsync("vic", "ann");
        var groups = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            world.Http.Time.Advance(TimeSpan.FromSeconds(1));
            groups.Add(await world.CreateAsync("ann", "vic"));
        }

        var index = world.Http.Services.GetRequiredService<IConversationIndex>();
        var loose = new InviteRow(world.User("vic"), ConversationId.NewRandom(), world.User("ann"), 1);
        var now = world.Http.Time.GetUtcNow().AddHours(-2).ToUnixTimeMilliseconds();
        await index.PutInvitesAsync([loose with { Time = now }]);
        var told = new List<string>();
        var pages = 0;
        for (var after = ""; pages == 0 || after.Length > 0; pages++)
        {
            var page = await world.DoAsync("vic", "GET", $"/v1/invites?limit=2{after}");
            told.AddRange(page.GetProperty("invites").EnumerateArray().Select(IdOf));
            after = page.TryGetProperty("next", out var next) ? $"&after={next.GetString()}" : "";
        }

        Assert.Equal(Enumerable.Reverse(groups), told);
        Assert.Equal(3, pages);
        Assert.Equal(5, (await index.ListInvitesAsync(world.User("vic"), Cancel)).Length);
        (await world.SendAsync("vic", "GET", "/v1/invites?after=x")).Problem(ErrorCode.Invalid);
        (await world.SendAsync("vic", "GET", "/v1/invites?limit=201")).Problem(ErrorCode.Invalid);
        world.Http.Services.GetRequiredService<IOptions<ConversationOptions>>().Value.InviteLifetime =
            TimeSpan.FromMinutes(5);
        world.Http.Time.Advance(TimeSpan.FromMinutes(6));
        Assert.Empty(await world.InvitesAsync("vic"));

        static string IdOf(JsonElement invite) => invite.GetProperty("conversation").GetString()!;
    }

    [Fact]
    public async Task Who_is_in_too_many_conversations_makes_no_group_takes_no_invite_and_is_not_added()
    {
        await using var world = await ChatWorld.StartAsync("ann", "bob");
        world.Http.Services.GetRequiredService<IOptions<GroupOptions>>().Value.Conversations = 2;
        await world.BefriendAsync("ann", "bob");
        var invite = await world.CreateAsync("bob");
        await world.CreateAsync("ann", "bob");
        await world.CreateAsync("ann");

        (await world.TryCreateAsync("ann")).Problem(ErrorCode.RateLimited);
        (await world.InviteAsync("bob", invite, "ann")).Problem(ErrorCode.Forbidden);
    }
}
