using System.Net;
using System.Text.Json;
using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;
using Connect.Conversations.Routing;
using Connect.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Connect.Tests.Http;

public sealed class GroupRouteTests : IAsyncLifetime
{
    private HttpPipeline _http = null!;
    private (string Token, string User) _ann;
    private (string Token, string User) _bob;
    private (string Token, string User) _cleo;

    public async ValueTask InitializeAsync()
    {
        _http = await HttpPipeline.StartAsync(services => services.AddSingleton<IConversations, PumpConversations>());
        _ann = await _http.LoginAsync("ann");
        _bob = await _http.LoginAsync("bob");
        _cleo = await _http.LoginAsync("cleo");
    }

    public ValueTask DisposeAsync() => _http.DisposeAsync();

    [Fact]
    public async Task A_group_is_created_once_and_the_invited_join_by_accepting()
    {
        var key = NewKey();
        var created = await CreateAsync(_ann.Token, key, "Plans", _bob.User, _cleo.User);
        Assert.Equal(HttpStatusCode.Created, created.Status);
        var again = await CreateAsync(_ann.Token, key, "Plans", _bob.User, _cleo.User);
        Assert.Equal(HttpStatusCode.OK, again.Status);
        var id = IdOf(created);
        Assert.Equal(id, IdOf(again));
        (await CreateAsync(_ann.Token, key, "Other", _bob.User)).Problem(ErrorCode.Conflict);

        var invite = Assert.Single((await GetAsync(_bob, "/v1/invites")).GetProperty("invites").EnumerateArray());
        Assert.Equal(
            (id, "Plans", 1, _ann.User, "ann"),
            (
                invite.GetProperty("conversation").GetString(),
                invite.GetProperty("title").GetString(),
                invite.GetProperty("member_count").GetInt32(),
                invite.GetProperty("invited_by").GetString(),
                invite.GetProperty("invited_by_username").GetString()
            )
        );
        Assert.Equal("{}", (await _http.SendAsync("GET", "/v1/conversations", token: _bob.Token)).Body);

        Assert.Equal(HttpStatusCode.OK, (await PostAsync(_bob, $"/v1/invites/{id}/accept")).Status);
        Assert.Empty((await GetAsync(_bob, "/v1/invites")).GetProperty("invites").EnumerateArray());
        var summary = await GetAsync(_bob, $"/v1/conversations/{id}");
        Assert.Equal(
            ("group", "Plans", "member", 2),
            (
                summary.GetProperty("kind").GetString(),
                summary.GetProperty("title").GetString(),
                summary.GetProperty("role").GetString(),
                summary.GetProperty("member_count").GetInt32()
            )
        );
        Assert.Equal(
            ["ann owner", "bob member", "cleo "],
            (await GetAsync(_bob, $"/v1/conversations/{id}/members"))
                .GetProperty("members")
                .EnumerateArray()
                .Select(member => member.GetProperty("username").GetString() + " " + Role(member))
        );
    }

    [Fact]
    public async Task Contacts_are_added_at_once_and_who_blocks_the_adder_never_sees_the_invite()
    {
        await RelateAsync(_ann.User, _bob.User, wants: true, blocks: false);
        await RelateAsync(_bob.User, _ann.User, wants: true, blocks: false);
        await RelateAsync(_cleo.User, _ann.User, wants: false, blocks: true);

        var created = await CreateAsync(_ann.Token, NewKey(), "Plans", _bob.User, _cleo.User);

        Assert.Equal([_bob.User], Users(created, "added"));
        Assert.Equal([_cleo.User], Users(created, "invited"));
        Assert.Equal(
            "member",
            (await GetAsync(_bob, $"/v1/conversations/{IdOf(created)}")).GetProperty("role").GetString()
        );
        Assert.Empty((await GetAsync(_cleo, "/v1/invites")).GetProperty("invites").EnumerateArray());
        (await PostAsync(_cleo, $"/v1/invites/{IdOf(created)}/accept")).Problem(ErrorCode.NotFound);
        Assert.Contains(
            _cleo.User,
            (await GetAsync(_bob, $"/v1/conversations/{IdOf(created)}/members"))
                .GetProperty("members")
                .EnumerateArray()
                .Select(member => member.GetProperty("user").GetString())
        );
    }

    [Fact]
    public async Task Changes_are_entries_that_say_what_they_did()
    {
        var id = await GroupOfAnnAndBobAsync();
        await PutAsync(_ann, $"/v1/conversations/{id}/title", new { title = "Mehr Pläne" });
        await PutAsync(_ann, $"/v1/conversations/{id}/members/{_bob.User}/role", new { role = "admin" });
        await _http.SendAsync("DELETE", $"/v1/conversations/{id}/members/{_bob.User}", token: _ann.Token);

        var entries = (await GetAsync(_ann, $"/v1/conversations/{id}/entries")).GetProperty("entries");
        Assert.Equal(
            ["created", "invited", "invite_accepted", "title", "role", "removed"],
            entries.EnumerateArray().Select(entry => entry.GetProperty("kind").GetString())
        );
        Assert.All(entries.EnumerateArray(), entry => Assert.False(entry.TryGetProperty("cid", out _)));
        var changes = entries.EnumerateArray().Select(entry => entry.GetProperty("change")).ToList();
        Assert.Equal("Plans", changes[0].GetProperty("title").GetString());
        Assert.Equal([_ann.User], changes[0].GetProperty("users").EnumerateArray().Select(user => user.GetString()));
        Assert.Equal(_bob.User, changes[1].GetProperty("user").GetString());
        Assert.Equal("Mehr Pläne", changes[3].GetProperty("title").GetString());
        Assert.Equal("admin", changes[4].GetProperty("role").GetString());

        // Bob was a member from the third entry to the last: just those he sees, and not the room any more.
        var seen = (await GetAsync(_bob, $"/v1/conversations/{id}/entries")).GetProperty("entries");
        Assert.Equal([3, 4, 5, 6], seen.EnumerateArray().Select(entry => entry.GetProperty("seq").GetInt64()));
        (await _http.SendAsync("GET", $"/v1/conversations/{id}/members", token: _bob.Token)).Problem(
            ErrorCode.NotMember
        );
        (await PutAsync(_bob, $"/v1/conversations/{id}/title", new { title = "x" })).Problem(ErrorCode.NotMember);
    }

    [Fact]
    public async Task When_the_last_member_leaves_nothing_is_left()
    {
        var id = await GroupOfAnnAndBobAsync();
        await _http.SendAsync("DELETE", $"/v1/conversations/{id}/members/{_ann.User}", token: _ann.Token);
        Assert.Equal("owner", (await GetAsync(_bob, $"/v1/conversations/{id}")).GetProperty("role").GetString());
        await _http.SendAsync("DELETE", $"/v1/conversations/{id}/members/{_bob.User}", token: _bob.Token);

        foreach (var (token, _) in new[] { _ann, _bob, _cleo })
        {
            (await _http.SendAsync("GET", $"/v1/conversations/{id}/entries", token: token)).Problem(ErrorCode.NotFound);
            Assert.Equal("{}", (await _http.SendAsync("GET", "/v1/conversations", token: token)).Body);
        }
    }

    [Fact]
    public async Task An_outsider_learns_nothing_whatever_they_ask()
    {
        var id = await GroupOfAnnAndBobAsync();
        foreach (var group in new[] { id, ConversationId.NewRandom().ToString(), "no-id" })
        {
            var path = $"/v1/conversations/{group}";
            HttpAnswer[] answers =
            [
                await _http.SendAsync("GET", path, token: _cleo.Token),
                await _http.SendAsync("GET", $"{path}/members", token: _cleo.Token),
                await _http.SendAsync("GET", $"{path}/entries", token: _cleo.Token),
                await PutAsync(_cleo, $"{path}/title", new { title = "x" }),
                await PutAsync(_cleo, $"{path}/members/{_bob.User}/role", new { role = "admin" }),
                await PostAsync(_cleo, $"{path}/members", new { users = new[] { _bob.User } }),
                await _http.SendAsync("DELETE", $"{path}/members/{_bob.User}", token: _cleo.Token),
                await _http.SendAsync("DELETE", $"{path}/members/{_cleo.User}", token: _cleo.Token),
                await _http.SendAsync("DELETE", $"{path}/invites/{_bob.User}", token: _cleo.Token),
                await PostAsync(_cleo, $"/v1/invites/{group}/accept"),
                await PostAsync(_cleo, $"/v1/invites/{group}/decline"),
            ];
            Assert.All(answers, answer => answer.Problem(ErrorCode.NotFound));
        }
    }

    [Theory]
    [InlineData("", ErrorCode.Invalid)]
    [InlineData(" ", ErrorCode.Invalid)]
    [InlineData("two\nlines", ErrorCode.Invalid)]
    public async Task A_title_that_cannot_be_is_refused(string title, ErrorCode code) =>
        Assert.Equal(
            "title",
            (await CreateAsync(_ann.Token, NewKey(), title)).Problem(code).GetProperty("field").GetString()
        );

    [Fact]
    public async Task Limits_are_refused_with_their_code()
    {
        var longest = new string('x', ProtocolLimits.TitleBytes);
        Assert.Equal(HttpStatusCode.Created, (await CreateAsync(_ann.Token, NewKey(), longest)).Status);
        (await CreateAsync(_ann.Token, NewKey(), longest + "x")).Problem(ErrorCode.TooLarge);
        var many = Enumerable.Range(0, ProtocolLimits.GroupMembers).Select(_ => _bob.User).ToArray();
        (await CreateAsync(_ann.Token, NewKey(), "many", many)).Problem(ErrorCode.TooLarge);
        (await CreateAsync(_ann.Token, "no key", "title")).Problem(ErrorCode.Invalid);
        (await CreateAsync(_ann.Token, NewKey(), "title", UserId.NewRandom().ToString())).Problem(ErrorCode.Forbidden);
        var id = await GroupOfAnnAndBobAsync();
        (await PostAsync(_ann, $"/v1/conversations/{id}/members", new { users = Array.Empty<string>() })).Problem(
            ErrorCode.Invalid
        );
        (await PutAsync(_ann, $"/v1/conversations/{id}/members/{_bob.User}/role", new { role = "king" })).Problem(
            ErrorCode.Invalid
        );
    }

    private string NewKey() => Guid.CreateVersion7(_http.Time.GetUtcNow()).ToString();

    private static string Role(JsonElement member) =>
        member.TryGetProperty("role", out var role) ? role.GetString()! : "";

    private static string IdOf(HttpAnswer answer) => answer.Json.GetProperty("conversation").GetString()!;

    private static IEnumerable<string?> Users(HttpAnswer answer, string field) =>
        answer.Json.GetProperty(field).EnumerateArray().Select(user => user.GetString());

    private async Task RelateAsync(string owner, string other, bool wants, bool blocks)
    {
        Assert.True(UserId.TryParse(owner, out var one));
        Assert.True(UserId.TryParse(other, out var two));
        var limits = new RelationTally(9, 9, 9, 9, 9);
        var relation = new Relation(one, two, WantedAt: wants ? 1 : 0, BlockedAt: blocks ? 1 : 0);
        var store = _http.Services.GetRequiredService<IRelationStore>();
        Assert.Equal(RelationWrite.Written, await store.PutAsync(relation, limits));
    }

    private async Task<string> GroupOfAnnAndBobAsync()
    {
        var id = IdOf(await CreateAsync(_ann.Token, NewKey(), "Plans", _bob.User));
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(_bob, $"/v1/invites/{id}/accept")).Status);
        return id;
    }

    private Task<HttpAnswer> CreateAsync(string token, string key, string title, params string[] members) =>
        _http.SendAsync(
            "POST",
            "/v1/conversations",
            JsonSerializer.Serialize(new { title, members }),
            token,
            ("Idempotency-Key", key)
        );

    private async Task<JsonElement> GetAsync((string Token, string User) who, string path)
    {
        var answer = await _http.SendAsync("GET", path, token: who.Token);
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        return answer.Json;
    }

    private Task<HttpAnswer> PostAsync((string Token, string User) who, string path, object? body = null) =>
        _http.SendAsync("POST", path, body is null ? null : JsonSerializer.Serialize(body), who.Token);

    private Task<HttpAnswer> PutAsync((string Token, string User) who, string path, object body) =>
        _http.SendAsync("PUT", path, JsonSerializer.Serialize(body), who.Token);
}
