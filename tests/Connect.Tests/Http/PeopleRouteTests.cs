using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Connect.Contracts.Delivery;
using Connect.Conversations.Routing;
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
    public async Task A_choice_for_the_list_is_kept_and_the_own_devices_areTold()
    {
        await WriteAsync(_ann, "hello", toBob: true);
        await WriteAsync(_ann, "hello again", toBob: false);
        Told.Clear();

        var path = $"/v1/conversations/{_direct}";
        await DoAsync(_bob, "PATCH", path, """{"muted_until":9007199254740991,"hidden":true,"seen":1}""");
        var told = Assert.Single(Told);
        Assert.Equal(
            (_direct, _bob.User, ConversationNotice.Changed),
            (told.Conversation.ToString(), Assert.Single(told.Recipients).ToString(), told.Notice)
        );
        Assert.Equal(9007199254740991, (await SummaryAsync(_bob)).GetProperty("muted_until").GetInt64());
        Assert.Single(Items(await SendAsync(_bob, "GET", "/v1/conversations")));

        await DoAsync(_bob, "PATCH", path, """{"hidden":true}""");
        Assert.Empty(Items(await SendAsync(_bob, "GET", "/v1/conversations")));
        Assert.Empty(Items(await SendAsync(_bob, "GET", "/v1/conversations?filter=requests")));
        Assert.True(
            Items(await SendAsync(_bob, "GET", "/v1/conversations?filter=hidden"))[0].GetProperty("hidden").GetBoolean()
        );
        Assert.Single(Items(await SendAsync(_ann, "GET", "/v1/conversations")));

        await DoAsync(_bob, "PATCH", path, """{"muted_until":0,"hidden":false}""");
        Assert.Single(Items(await SendAsync(_bob, "GET", "/v1/conversations?filter=requests")));
        Assert.False((await SummaryAsync(_bob)).TryGetProperty("muted_until", out _));
        await DoAsync(_bob, "PATCH", path, """{"request":"accept","muted_until":5}""");
        Assert.Single(Items(await SendAsync(_bob, "GET", "/v1/conversations?filter=accepted")));
    }

    [Theory]
    [InlineData("{}", "request")]
    [InlineData("""{"muted_until":-1}""", "muted_until")]
    [InlineData("""{"muted_until":9007199254740992}""", "muted_until")]
    [InlineData("""{"seen":1}""", "seen")]
    [InlineData("""{"hidden":false,"seen":1}""", "seen")]
    [InlineData("""{"hidden":true,"seen":0}""", "seen")]
    public async Task A_choice_that_cannot_be_is_invalid(string body, string field)
    {
        await WriteAsync(_ann, "hello", toBob: true);
        var problem = (await SendAsync(_bob, "PATCH", $"/v1/conversations/{_direct}", body)).Problem(ErrorCode.Invalid);
        Assert.Equal(field, problem.GetProperty("field").GetString());
        (await SendAsync(_bob, "GET", "/v1/conversations?filter=all")).Problem(ErrorCode.Invalid);
    }

    [Fact]
    public async Task Nobody_chooses_for_a_conversation_that_is_not_theirs()
    {
        await WriteAsync(_ann, "hello", toBob: true);
        var eve = await _http.LoginAsync("eve");
        var foreign = await SendAsync(eve, "PATCH", $"/v1/conversations/{_direct}", """{"hidden":true}""");
        foreign.Problem(ErrorCode.NotFound);
        var none = await SendAsync(eve, "PATCH", $"/v1/conversations/{_ann.User}", """{"hidden":true}""");
        none.Problem(ErrorCode.NotFound);
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

    private ConcurrentQueue<Publication> Told => _http.Services.GetRequiredService<AloneInTheCluster>().Published;

    private static JsonElement[] Items(HttpAnswer answer) =>
        answer.Json.TryGetProperty("items", out var items) ? [.. items.EnumerateArray()] : [];

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
