using System.Net;
using System.Text.Json;
using Connect.Gateway.Commands;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Connect.Tests.Http;

public sealed class PeopleRouteTests : IAsyncLifetime
{
    private HttpPipeline _http = null!;
    private (string Token, string User) _ann;
    private (string Token, string User) _bob;
    private string _direct = null!;

    public async ValueTask InitializeAsync()
    {
        _http = await HttpPipeline.StartAsync(services => services.AddSingleton<IConversations, PumpConversations>());
        _ann = await _http.LoginAsync("ann");
        _bob = await _http.LoginAsync("bob");
        var found = await _http.SendAsync("GET", "/v1/users?username=bob", token: _ann.Token);
        _direct = found.Json.GetProperty("direct").GetString()!;
    }

    public ValueTask DisposeAsync() => _http.DisposeAsync();

    [Fact]
    public async Task A_contact_is_asked_for_accepted_and_removed()
    {
        await DoAsync(_ann, "PUT", $"/v1/contacts/{_bob.User}");
        Assert.Equal([("bob", "requested")], await ContactsAsync(_ann));
        Assert.Equal([("ann", "asked")], await ContactsAsync(_bob));
        await DoAsync(_bob, "POST", $"/v1/contacts/{_ann.User}/accept");
        Assert.Equal([("bob", "contact")], await ContactsAsync(_ann));
        Assert.Equal([("ann", "contact")], await ContactsAsync(_bob));
        await DoAsync(_bob, "DELETE", $"/v1/contacts/{_ann.User}");
        Assert.Equal([("bob", "requested")], await ContactsAsync(_ann));
        Assert.Empty(await ContactsAsync(_bob));
    }

    [Fact]
    public async Task A_declined_request_is_shown_no_more_and_the_asker_sees_no_difference()
    {
        await DoAsync(_ann, "PUT", $"/v1/contacts/{_bob.User}");
        await DoAsync(_bob, "POST", $"/v1/contacts/{_ann.User}/decline");
        await DoAsync(_ann, "PUT", $"/v1/contacts/{_bob.User}");
        Assert.Equal([("bob", "requested")], await ContactsAsync(_ann));
        Assert.Empty(await ContactsAsync(_bob));
        (await SendAsync(_bob, "POST", $"/v1/contacts/{_ann.User}/accept")).Problem(ErrorCode.NotFound);
    }

    [Fact]
    public async Task A_block_closes_the_direct_conversation_and_looks_like_a_user_who_does_not_exist()
    {
        Assert.Equal(HttpStatusCode.Created, (await WriteAsync(_ann, "before", toBob: true)).Status);
        await DoAsync(_bob, "PUT", $"/v1/blocks/{_ann.User}");
        var blocks = (await SendAsync(_bob, "GET", "/v1/blocks")).Json.GetProperty("blocks");
        Assert.Equal("ann", blocks[0].GetProperty("username").GetString());

        (await WriteAsync(_ann, "after", toBob: true)).Problem(ErrorCode.Forbidden);
        (await WriteAsync(_ann, "after", toBob: false)).Problem(ErrorCode.Forbidden);
        var blocked = (await SendAsync(_ann, "PUT", $"/v1/contacts/{_bob.User}")).Problem(ErrorCode.Forbidden);
        var unknown = (await SendAsync(_ann, "PUT", "/v1/contacts/nobody")).Problem(ErrorCode.Forbidden);
        Assert.Equal(unknown.GetProperty("code").GetInt32(), blocked.GetProperty("code").GetInt32());

        await DoAsync(_bob, "DELETE", $"/v1/blocks/{_ann.User}");
        Assert.Equal(HttpStatusCode.Created, (await WriteAsync(_ann, "again", toBob: true)).Status);
    }

    [Fact]
    public async Task What_a_stranger_writes_is_a_request_until_it_is_accepted()
    {
        var written = await WriteAsync(_ann, "hello", toBob: true);
        Assert.True(written.Status == HttpStatusCode.Created, written.Body);
        Assert.True((await SummaryAsync(_bob)).GetProperty("request").GetBoolean());
        Assert.False((await SummaryAsync(_ann)).TryGetProperty("request", out _));

        await DoAsync(_bob, "PATCH", $"/v1/conversations/{_direct}", """{"request":"decline"}""");
        (await SendAsync(_bob, "GET", $"/v1/conversations/{_direct}")).Problem(ErrorCode.NotFound);
        Assert.Equal(HttpStatusCode.Created, (await WriteAsync(_ann, "hello?", toBob: true)).Status);
        await DoAsync(_bob, "PATCH", $"/v1/conversations/{_direct}", """{"request":"accept"}""");
        Assert.False((await SummaryAsync(_bob)).TryGetProperty("request", out _));

        var again = await SendAsync(_bob, "PATCH", $"/v1/conversations/{_direct}", """{"request":"decline"}""");
        again.Problem(ErrorCode.Conflict);
        (await SendAsync(_bob, "PATCH", "/v1/conversations/none", """{"request":"accept"}""")).Problem(
            ErrorCode.NotFound
        );
        (await SendAsync(_bob, "PATCH", $"/v1/conversations/{_direct}", """{"request":"maybe"}""")).Problem(
            ErrorCode.Invalid
        );
    }

    [Fact]
    public async Task Privacy_is_kept_with_the_account()
    {
        Assert.Equal("""{"presence":true,"read_receipts":true}""", await PrivacyAsync());
        var changed = await SendAsync(_ann, "PATCH", "/v1/me/privacy", """{"read_receipts":false}""");
        Assert.Equal("""{"presence":true,"read_receipts":false}""", changed.Body);
        await SendAsync(_ann, "PATCH", "/v1/me/privacy", """{"presence":false}""");
        Assert.Equal("""{"presence":false,"read_receipts":false}""", await PrivacyAsync());
    }

    private async Task<string> PrivacyAsync() => (await SendAsync(_ann, "GET", "/v1/me/privacy")).Body;

    private async Task<JsonElement> SummaryAsync((string Token, string User) user) =>
        (await SendAsync(user, "GET", $"/v1/conversations/{_direct}")).Json;

    private Task<HttpAnswer> SendAsync(
        (string Token, string User) user,
        string method,
        string path,
        string? body = null
    ) => _http.SendAsync(method, path, body, user.Token);

    private async Task DoAsync((string Token, string User) user, string method, string path, string? body = null) =>
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(user, method, path, body)).Status);

    private async Task<(string?, string?)[]> ContactsAsync((string Token, string User) user) =>
        [
            .. (await SendAsync(user, "GET", "/v1/contacts"))
                .Json.GetProperty("contacts")
                .EnumerateArray()
                .Select(each => (each.GetProperty("username").GetString(), each.GetProperty("state").GetString())),
        ];

    private Task<HttpAnswer> WriteAsync((string Token, string User) user, string text, bool toBob) =>
        _http.SendAsync(
            "POST",
            $"/v1/conversations/{_direct}/messages",
            toBob ? JsonSerializer.Serialize(new { text, to = _bob.User }) : JsonSerializer.Serialize(new { text }),
            user.Token,
            ("Idempotency-Key", Guid.CreateVersion7(_http.Time.GetUtcNow()).ToString())
        );
}
