using System.Net;
using Xunit;

namespace Connect.Tests.Http;

/// <summary>Who holds an entry and has read it, and who is told.</summary>
public sealed class ReaderRouteTests : IAsyncLifetime
{
    private ChatWorld _chat = null!;
    private string _group = null!;

    public async ValueTask InitializeAsync()
    {
        _chat = await ChatWorld.StartAsync("ann", "bob", "cleo", "dan", "eve");
        _group = await _chat.GroupAsync("ann", "bob", "cleo");
    }

    public ValueTask DisposeAsync() => _chat.DisposeAsync();

    [Fact]
    public async Task The_other_members_who_could_see_it_are_told_with_their_marks()
    {
        var first = await _chat.WriteAsync("ann", _group);
        await _chat.BefriendAsync("ann", "dan");
        await _chat.DoAsync("ann", "POST", Path("/members"), $$"""{"users":["{{_chat.Id("dan")}}"]}""");
        var second = await _chat.WriteAsync("bob", _group);
        await _chat.MarkAsync("bob", _group, first, first);
        await _chat.MarkAsync("cleo", _group, second, first);
        await _chat.MarkAsync("dan", _group, second, second);

        Assert.Equal([$"bob {first} {first}", $"cleo {second} {first}"], await ReadersAsync("ann", first));
        Assert.Equal([$"cleo {second} {first}", $"dan {second} {second}"], (await ReadersAsync("ann", second)));
        Assert.Equal(3, (await ReadersAsync("dan", second)).Length + 1);

        await _chat.DoAsync("cleo", "DELETE", Path($"/members/{_chat.Id("cleo")}"));
        Assert.Equal([$"bob {first} {first}"], await ReadersAsync("ann", first));
    }

    [Fact]
    public async Task Only_members_who_see_the_entry_may_ask()
    {
        var seq = await _chat.WriteAsync("ann", _group);
        await _chat.DoAsync("ann", "POST", Path("/members"), $$"""{"users":["{{_chat.Id("eve")}}"]}""");
        await _chat.BefriendAsync("ann", "dan");
        await _chat.DoAsync("ann", "POST", Path("/members"), $$"""{"users":["{{_chat.Id("dan")}}"]}""");
        await _chat.DoAsync("ann", "DELETE", Path($"/members/{_chat.Id("cleo")}"));

        await RefusedAsync("eve", _group, $"{seq}", ErrorCode.NotFound);
        await RefusedAsync("cleo", _group, $"{seq}", ErrorCode.NotMember);
        await RefusedAsync("dan", _group, $"{seq}", ErrorCode.NotFound);
        await RefusedAsync("ann", _group, "99", ErrorCode.NotFound);
        await RefusedAsync("ann", _group, "0", ErrorCode.Invalid);
        await RefusedAsync("ann", _group, "9007199254740992", ErrorCode.Invalid);
        await RefusedAsync("ann", "none", "1", ErrorCode.NotFound);
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync("ann", _group, "x")).Status);
    }

    [Fact]
    public async Task Whoever_hides_what_they_read_neither_gives_nor_gets_it()
    {
        var seq = await _chat.WriteAsync("ann", _group);
        await _chat.MarkAsync("bob", _group, seq, seq);
        await _chat.MarkAsync("cleo", _group, seq, seq);
        string[] all = [$"bob {seq} {seq}", $"cleo {seq} {seq}"];
        Assert.Equal(all, await ReadersAsync("ann", seq));
        Assert.Equal(all, await OthersAsync("ann"));

        await HideAsync("bob", hides: true);
        string[] hidden = [$"bob {seq} 0", $"cleo {seq} {seq}"];
        Assert.Equal(hidden, await ReadersAsync("ann", seq));
        Assert.Equal(hidden, await OthersAsync("ann"));
        Assert.Equal([$"cleo {seq} 0"], await ReadersAsync("bob", seq));
        Assert.Equal([$"ann {seq} 0", $"cleo {seq} 0"], await OthersAsync("bob"));
        Assert.Equal((seq, seq), await OwnAsync("bob"));

        await HideAsync("bob", hides: false);
        Assert.Equal(all, await ReadersAsync("ann", seq));
        Assert.Equal(all, await OthersAsync("ann"));
    }

    [Fact]
    public async Task A_block_hides_marks_between_the_two_and_nobody_else()
    {
        var seq = await _chat.WriteAsync("ann", _group);
        await _chat.MarkAsync("ann", _group, seq, seq);
        await _chat.MarkAsync("bob", _group, seq, seq);
        await _chat.MarkAsync("cleo", _group, seq, seq);
        await _chat.DoAsync("bob", "PUT", $"/v1/blocks/{_chat.Id("ann")}");

        Assert.Equal(["bob 0 0", $"cleo {seq} {seq}"], await ReadersAsync("ann", seq));
        Assert.Equal(["bob 0 0", $"cleo {seq} {seq}"], await OthersAsync("ann"));
        Assert.Equal(["ann 0 0", $"cleo {seq} {seq}"], await OthersAsync("bob"));
        Assert.Equal([$"ann {seq} {seq}", $"bob {seq} {seq}"], await OthersAsync("cleo"));

        await _chat.DoAsync("bob", "DELETE", $"/v1/blocks/{_chat.Id("ann")}");
        Assert.Equal([$"bob {seq} {seq}", $"cleo {seq} {seq}"], await ReadersAsync("ann", seq));
    }

    [Fact]
    public async Task In_a_direct_conversation_a_request_shows_nothing_until_it_is_answered()
    {
        var found = await _chat.DoAsync("dan", "GET", "/v1/users?username=eve");
        var direct = found.GetProperty("direct").GetString()!;
        var seq = await _chat.WriteAsync("dan", direct, to: "eve");
        await _chat.MarkAsync("eve", direct, seq, seq);
        Assert.Equal(["eve 0 0"], await ReadersAsync("dan", seq, direct));

        await _chat.DoAsync("eve", "PATCH", $"/v1/conversations/{direct}", """{"request":"accept"}""");
        Assert.Equal([$"eve {seq} {seq}"], await ReadersAsync("dan", seq, direct));
    }

    private string Path(string rest) => $"/v1/conversations/{_group}{rest}";

    private Task<HttpAnswer> SendAsync(string name, string conversation, string seq) =>
        _chat.SendAsync(name, "GET", $"/v1/conversations/{conversation}/entries/{seq}/readers");

    private async Task RefusedAsync(string name, string conversation, string seq, ErrorCode code) =>
        (await SendAsync(name, conversation, seq)).Problem(code);

    private async Task<string[]> ReadersAsync(string name, long seq, string? conversation = null) =>
        _chat.Marks((await SendAsync(name, conversation ?? _group, $"{seq}")).Json, "members");

    private async Task<string[]> OthersAsync(string name) =>
        _chat.Marks(await _chat.SummaryAsync(name, _group), "others");

    private async Task<(long, long)> OwnAsync(string name)
    {
        var summary = await _chat.SummaryAsync(name, _group);
        return (summary.GetProperty("delivered").GetInt64(), summary.GetProperty("read").GetInt64());
    }

    private async Task HideAsync(string name, bool hides) =>
        await _chat.DoAsync(name, "PATCH", "/v1/me/privacy", $$"""{"read_receipts":{{(hides ? "false" : "true")}}}""");
}
