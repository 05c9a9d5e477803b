using System.Net;
using System.Text.Json;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Tests.Gateway;
using Xunit;

namespace Connect.Tests.Http;

public sealed class ConversationRouteTests : IAsyncLifetime
{
    private HttpPipeline _http = null!;
    private (string Token, string User) _ann;
    private (string Token, string User) _bob;
    private string _direct = null!;

    public async ValueTask InitializeAsync()
    {
        _http = await HttpPipeline.StartAsync();
        _ann = await _http.LoginAsync("ann");
        _bob = await _http.LoginAsync("bob");
        var found = await _http.SendAsync("GET", "/v1/users?username=bob", token: _ann.Token);
        _direct = found.Json.GetProperty("direct").GetString()!;
    }

    [Fact]
    public async Task A_first_message_begins_the_direct_conversation_and_the_same_cid_is_sent_once()
    {
        var cid = TestClient.NewCid().ToString();
        var first = await PostAsync(_ann.Token, cid, new { text = "hallo", to = _bob.User });
        Assert.Equal(HttpStatusCode.Created, first.Status);
        Assert.Equal(
            (cid, _direct, 1L),
            (
                first.Json.GetProperty("cid").GetString(),
                first.Json.GetProperty("conversation").GetString(),
                first.Json.GetProperty("seq").GetInt64()
            )
        );

        // With the quotes of the header's draft, too.
        _http.Conversations.Answer = request =>
            new([new(request.Items[0].Cid.ToString() == cid ? AppendStatus.Duplicate : AppendStatus.Conflict, 1, 1)]);
        var again = await PostAsync(_ann.Token, $"\"{cid}\"", new { text = "hallo", to = _bob.User });
        Assert.Equal(HttpStatusCode.OK, again.Status);
        Assert.True(again.Json.GetProperty("duplicate").GetBoolean());
        Assert.Equal(1, again.Json.GetProperty("seq").GetInt64());
    }

    [Fact]
    public async Task Both_see_it_in_their_list_and_in_the_history()
    {
        await PostAsync(_ann.Token, NewCid(), new { text = "hallo", to = _bob.User });
        await PostAsync(_bob.Token, NewCid(), new { text = "selber \"hallo\"" });
        var one = (await _http.SendAsync("GET", $"/v1/conversations/{_direct}", token: _bob.Token)).Json;
        Assert.Equal(
            ("direct", 2L, "ann"),
            (
                one.GetProperty("kind").GetString(),
                one.GetProperty("head").GetInt64(),
                one.GetProperty("peer_username").GetString()
            )
        );

        var page = (await _http.SendAsync("GET", $"/v1/conversations/{_direct}/entries", token: _ann.Token)).Json;
        Assert.Equal(["hallo", "selber \"hallo\""], Texts(page));
        var newest = await EntriesAsync("limit=1");
        Assert.Equal(["selber \"hallo\""], Texts(newest));
        Assert.True(newest.GetProperty("has_more_before").GetBoolean());
        Assert.Equal(["hallo"], Texts(await EntriesAsync("before=2")));
        Assert.Equal(["selber \"hallo\""], Texts(await EntriesAsync("after=1")));
        Assert.Equal(["hallo"], Texts(await EntriesAsync("after=0&limit=1")));
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=201")]
    [InlineData("limit=x")]
    [InlineData("after=-1")]
    [InlineData("after=9007199254740992")]
    [InlineData("before=1&after=1")]
    public async Task A_page_that_cannot_be_is_invalid(string query) =>
        (await _http.SendAsync("GET", $"/v1/conversations/{_direct}/entries?{query}", token: _ann.Token)).Problem(
            ErrorCode.Invalid
        );

    [Fact]
    public async Task A_stranger_learns_nothing()
    {
        await PostAsync(_ann.Token, NewCid(), new { text = "hallo", to = _bob.User });
        var (eve, _) = await _http.LoginAsync("eve");
        (await _http.SendAsync("GET", $"/v1/conversations/{_direct}", token: eve)).Problem(ErrorCode.NotFound);
        (await _http.SendAsync("GET", $"/v1/conversations/{_direct}/entries", token: eve)).Problem(ErrorCode.NotFound);
        (await _http.SendAsync("GET", "/v1/conversations/none", token: eve)).Problem(ErrorCode.NotFound);
        Assert.Equal("{}", (await _http.SendAsync("GET", "/v1/conversations", token: eve)).Body);
    }

    [Fact]
    public async Task A_message_that_cannot_be_is_refused_by_its_field()
    {
        await RefusedAsync("no cid", new { text = "x", to = _bob.User }, ErrorCode.Invalid, "Idempotency-Key");
        await RefusedAsync(NewCid(), new { text = "", to = _bob.User }, ErrorCode.Invalid, "text");
        await RefusedAsync(NewCid(), new { text = new string('x', 8001), to = _bob.User }, ErrorCode.TooLarge, "text");
        await RefusedAsync(NewCid(), new { text = "x", to = _ann.User }, ErrorCode.Invalid, "to");
        await RefusedAsync(NewCid(), new { text = "x", to = "nobody" }, ErrorCode.Forbidden, "to");
        await RefusedAsync(
            NewCid(),
            new
            {
                text = "x",
                after = "y",
                to = _bob.User,
            },
            ErrorCode.Invalid,
            "after"
        );
        await RefusedAsync(
            NewCid(),
            new
            {
                text = "x",
                seen = -1,
                to = _bob.User,
            },
            ErrorCode.Invalid,
            "seen"
        );
        var (_, eve) = await _http.LoginAsync("eve");
        await RefusedAsync(NewCid(), new { text = "x", to = eve }, ErrorCode.Invalid, "to");
        var stranger = UserId.NewRandom().ToString();
        await RefusedAsync(NewCid(), new { text = "x", to = stranger }, ErrorCode.Invalid, "to");
        Assert.Empty(_http.Conversations.Appends);
    }

    [Theory]
    [InlineData(AppendStatus.Conflict, ErrorCode.Conflict)]
    [InlineData(AppendStatus.Predecessor, ErrorCode.Predecessor)]
    [InlineData(AppendStatus.TooOld, ErrorCode.TooOld)]
    [InlineData(AppendStatus.NotFound, ErrorCode.NotFound)]
    [InlineData(AppendStatus.NotMember, ErrorCode.NotMember)]
    [InlineData(AppendStatus.Forbidden, ErrorCode.Forbidden)]
    [InlineData(AppendStatus.Unavailable, ErrorCode.Unavailable)]
    [InlineData(AppendStatus.Unknown, ErrorCode.UnknownOutcome)]
    public async Task What_the_writer_refuses_is_a_problem_of_that_number(AppendStatus status, ErrorCode code)
    {
        _http.Conversations.Answer = _ => new([new(status)]);
        (await PostAsync(_ann.Token, NewCid(), new { text = "x" })).Problem(code);
    }

    [Fact]
    public async Task A_writer_that_does_not_answer_is_an_unknown_outcome()
    {
        _http.Conversations.BeforeAppend = _ => throw new TimeoutException();
        (await PostAsync(_ann.Token, NewCid(), new { text = "x" })).Problem(ErrorCode.UnknownOutcome);
    }

    public async ValueTask DisposeAsync() => await _http.DisposeAsync();

    private static string NewCid() => TestClient.NewCid().ToString();

    private static IEnumerable<string?> Texts(JsonElement page) =>
        page.GetProperty("entries").EnumerateArray().Select(entry => entry.GetProperty("text").GetString());

    private async Task<JsonElement> EntriesAsync(string query) =>
        (await _http.SendAsync("GET", $"/v1/conversations/{_direct}/entries?{query}", token: _bob.Token)).Json;

    private Task<HttpAnswer> PostAsync(string token, string cid, object body) =>
        _http.SendAsync(
            "POST",
            $"/v1/conversations/{_direct}/messages",
            JsonSerializer.Serialize(body),
            token,
            ("Idempotency-Key", cid)
        );

    private async Task RefusedAsync(string cid, object body, ErrorCode code, string field) =>
        Assert.Equal(field, (await PostAsync(_ann.Token, cid, body)).Problem(code).GetProperty("field").GetString());
}
