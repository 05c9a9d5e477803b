using System.Net;
using System.Text.Json;
using Connect.Protocol.V1;
using Xunit;
using ErrorCode = Connect.Protocol.ErrorCode;

namespace Connect.Cluster.Tests.Resends;

/// <summary>Changes of groups sent again with their idempotency key.</summary>
public sealed class ChangeResendTests(ResendServer shared) : IClassFixture<ResendServer>
{
    [Fact]
    public async Task A_group_is_created_once_however_often_and_from_wherever_it_is_asked_for()
    {
        await using var world = await ResendWorld.JoinAsync(shared.Server);
        var key = Sends.NewCid();
        Task<(HttpStatusCode Status, JsonElement Body)> CreateAsync(string title) =>
            Sends.PostAsync(
                world.Http,
                world.Ann,
                "/v1/conversations",
                key,
                new { title, members = new[] { world.Bob.Id } },
                world.Deadline
            );

        var race = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => CreateAsync("Plans")));
        Assert.Single(race, each => each.Status == HttpStatusCode.Created);
        Assert.Equal(7, race.Count(each => each.Status == HttpStatusCode.OK));
        var first = Assert.Single(race.Select(each => each.Body.ToString()).Distinct());
        var group = race[0].Body.GetProperty("conversation").GetString()!;

        // The invited accepts in between, which changes who the members are but not what was asked.
        using (var accept = world.Bob.Request(HttpMethod.Post, $"/v1/invites/{group}/accept"))
        using (var accepted = await world.Http.SendAsync(accept, world.Deadline))
        {
            Assert.True(accepted.IsSuccessStatusCode);
        }

        foreach (var restart in new[] { false, true })
        {
            if (restart)
            {
                await world.KillAndRestartAsync();
            }

            var (status, again) = await CreateAsync("Plans");
            Assert.Equal((HttpStatusCode.OK, first), (status, again.ToString()));
            var (refused, problem) = await CreateAsync("Other plans");
            Assert.Equal(HttpStatusCode.Conflict, refused);
            Assert.Equal((int)ErrorCode.Conflict, problem.GetProperty("code").GetInt32());
        }

        var history = await world.CheckAsync(group, 3);
        Assert.Equal(
            [EntryKind.Created, EntryKind.Invited, EntryKind.InviteAccepted],
            history.Select(each => each.Kind)
        );
    }

    [Fact]
    public async Task An_addition_is_made_once_however_often_it_is_asked_for()
    {
        await using var world = await ResendWorld.JoinAsync(shared.Server);
        var (_, created) = await Sends.PostAsync(
            world.Http,
            world.Ann,
            "/v1/conversations",
            Sends.NewCid(),
            new { title = "Plans" },
            world.Deadline
        );
        var group = created.GetProperty("conversation").GetString()!;
        var key = Sends.NewCid();
        Task<(HttpStatusCode Status, JsonElement Body)> AddAsync() =>
            Sends.PostAsync(
                world.Http,
                world.Ann,
                $"/v1/conversations/{group}/members",
                key,
                new { users = new[] { world.Bob.Id } },
                world.Deadline
            );

        var answers = (await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => AddAsync()))).ToList();
        await world.KillAndRestartAsync();
        answers.Add(await AddAsync());
        // Also after the one who was invited has declined: it was done then, it is not done again.
        using (var decline = world.Bob.Request(HttpMethod.Post, $"/v1/invites/{group}/decline"))
        using (var declined = await world.Http.SendAsync(decline, world.Deadline))
        {
            Assert.True(declined.IsSuccessStatusCode);
        }

        answers.Add(await AddAsync());

        Assert.All(answers, each => Assert.Equal(HttpStatusCode.OK, each.Status));
        Assert.Single(answers.Select(each => each.Body.ToString()).Distinct());
        var kinds = (await world.One.HistoryAsync(group, world.Deadline)).Select(each => each.Kind);
        Assert.Equal([EntryKind.Created, EntryKind.Invited, EntryKind.InviteEnded], kinds);
    }
}
