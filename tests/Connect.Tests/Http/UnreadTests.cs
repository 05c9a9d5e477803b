using Xunit;

namespace Connect.Tests.Http;

/// <summary>Unread is right after everything that changes it: it is a subtraction, never a counter.</summary>
public sealed class UnreadTests : IAsyncLifetime
{
    private ChatWorld _chat = null!;
    private string _group = null!;

    public async ValueTask InitializeAsync()
    {
        _chat = await ChatWorld.StartAsync("ann", "bob", "cleo");
        _group = await _chat.GroupAsync("ann", "bob");
    }

    public ValueTask DisposeAsync() => _chat.DisposeAsync();

    [Fact]
    public async Task Messages_of_others_count_and_changes_and_own_messages_do_not()
    {
        for (var i = 0; i < 3; i++)
        {
            await _chat.WriteAsync("ann", _group);
        }

        await _chat.DoAsync("ann", "PUT", $"/v1/conversations/{_group}/title", """{"title":"other"}""");
        Assert.Equal((0, 3), (await Unread("ann"), await Unread("bob")));

        // Sent without having seen anything: what is unread stays so.
        await _chat.WriteAsync("bob", _group);
        Assert.Equal((1, 3), (await Unread("ann"), await Unread("bob")));
    }

    [Fact]
    public async Task A_mark_of_any_device_clears_up_to_it_and_a_lower_one_changes_nothing()
    {
        var first = await _chat.WriteAsync("ann", _group);
        var second = await _chat.WriteAsync("ann", _group);
        await _chat.WriteAsync("ann", _group);

        await _chat.MarkAsync("bob", _group, 0, second);
        Assert.Equal(1, await Unread("bob"));
        await _chat.MarkAsync("bob", _group, 0, first);
        Assert.Equal(1, await Unread("bob"));
        await _chat.MarkAsync("bob", _group, 0, 1_000);
        Assert.Equal(0, await Unread("bob"));
        await _chat.WriteAsync("ann", _group);
        Assert.Equal(1, await Unread("bob"));
    }

    [Fact]
    public async Task What_was_seen_when_a_message_was_written_is_read_with_it()
    {
        var first = await _chat.WriteAsync("ann", _group);
        await _chat.WriteAsync("ann", _group);

        await _chat.WriteAsync("bob", _group, seen: first);
        Assert.Equal(1, await Unread("bob"));
        var last = await _chat.WriteAsync("ann", _group);
        await _chat.WriteAsync("bob", _group, seen: last);
        await _chat.WriteAsync("bob", _group, seen: last);
        Assert.Equal(0, await Unread("bob"));
        await _chat.WriteAsync("ann", _group);
        Assert.Equal(1, await Unread("bob"));
    }

    [Fact]
    public async Task Who_joins_or_returns_has_nothing_unread_from_before()
    {
        await _chat.WriteAsync("ann", _group);
        await _chat.BefriendAsync("ann", "cleo");
        await AddAsync("cleo");
        Assert.Equal(0, await Unread("cleo"));
        await _chat.WriteAsync("ann", _group);
        await _chat.WriteAsync("cleo", _group);
        Assert.Equal(1, await Unread("cleo"));

        await _chat.DoAsync("ann", "DELETE", $"/v1/conversations/{_group}/members/{_chat.Id("cleo")}");
        await _chat.WriteAsync("ann", _group);
        await _chat.WriteAsync("bob", _group);
        await AddAsync("cleo");
        Assert.Equal(0, await Unread("cleo"));
        await _chat.WriteAsync("bob", _group);
        Assert.Equal(1, await Unread("cleo"));
        Assert.Equal((4, 1), (await Unread("bob"), await Unread("cleo")));
    }

    private Task<long> Unread(string name) => _chat.UnreadAsync(name, _group);

    private async Task AddAsync(string name) =>
        await _chat.DoAsync(
            "ann",
            "POST",
            $"/v1/conversations/{_group}/members",
            $$"""{"users":["{{_chat.Id(name)}}"]}"""
        );
}
