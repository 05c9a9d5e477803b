using System.Net;
using System.Text.Json;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Conversations.Routing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Connect.Tests.Http;

/// <summary>Users who chat over HTTP with the real writers, on a clock that a test moves.</summary>
internal sealed class ChatWorld : IAsyncDisposable
{
    private readonly Dictionary<string, (string Token, string User)> _users = [];

    public HttpPipeline Http { get; private init; } = null!;

    public static async Task<ChatWorld> StartAsync(params string[] names)
    {
        var http = await HttpPipeline.StartAsync(services =>
            services.AddSingleton<IConversations, PumpConversations>()
        );
        var world = new ChatWorld { Http = http };
        foreach (var name in names)
        {
            world._users[name] = await http.LoginAsync(name);
        }

        return world;
    }

    public ValueTask DisposeAsync() => Http.DisposeAsync();

    public string Id(string name) => _users[name].User;

    public UserId User(string name) => UserId.TryParse(Id(name), out var user) ? user : default;

    public Task<HttpAnswer> SendAsync(string name, string method, string path, string? body = null) =>
        Http.SendAsync(method, path, body, _users[name].Token);

    /// <summary>A request that must succeed.</summary>
    public async Task<JsonElement> DoAsync(string name, string method, string path, string? body = null)
    {
        var answer = await SendAsync(name, method, path, body);
        Assert.True(answer.Status < HttpStatusCode.BadRequest, answer.Body);
        return answer.Body.Length == 0 ? default : answer.Json;
    }

    public async Task BefriendAsync(string one, string other)
    {
        await DoAsync(one, "PUT", $"/v1/contacts/{Id(other)}");
        await DoAsync(other, "PUT", $"/v1/contacts/{Id(one)}");
    }

    /// <summary>A group of an owner and contacts of theirs.</summary>
    public async Task<string> GroupAsync(string owner, params string[] members)
    {
        foreach (var member in members)
        {
            await BefriendAsync(owner, member);
        }

        var body = JsonSerializer.Serialize(new { title = "group", members = members.Select(Id) });
        var created = await Http.SendAsync("POST", "/v1/conversations", body, _users[owner].Token, Key());
        return created.Json.GetProperty("conversation").GetString()!;
    }

    /// <summary>A request with an idempotency key, where one is needed.</summary>
    public Task<HttpAnswer> SendKeyedAsync(string name, string method, string path, string? body) =>
        Http.SendAsync(method, path, body, _users[name].Token, Key());

    /// <summary>Registers, or logs in again.</summary>
    public async Task JoinAsync(string[] names)
    {
        foreach (var name in names)
        {
            _users[name] = await Http.LoginAsync(name);
        }
    }

    /// <summary>Creates a group; who is no contact is invited.</summary>
    public Task<HttpAnswer> TryCreateAsync(string owner, params string[] others)
    {
        var body = JsonSerializer.Serialize(new { title = "group", members = others.Select(Id) });
        return Http.SendAsync("POST", "/v1/conversations", body, _users[owner].Token, Key());
    }

    /// <summary>Creates a group that must be created; gives its id.</summary>
    public async Task<string> CreateAsync(string owner, params string[] others)
    {
        var created = await TryCreateAsync(owner, others);
        Assert.True(created.Status == HttpStatusCode.Created, created.Body);
        return created.Json.GetProperty("conversation").GetString()!;
    }

    public Task<HttpAnswer> InviteAsync(string name, string group, string other) =>
        SendAsync(
            name,
            "POST",
            $"/v1/conversations/{group}/members",
            JsonSerializer.Serialize(new { users = new[] { Id(other) } })
        );

    /// <summary>The groups a user is invited to, the newest invite first.</summary>
    public async Task<string[]> InvitesAsync(string name)
    {
        var invites = (await DoAsync(name, "GET", "/v1/invites")).GetProperty("invites");
        return [.. invites.EnumerateArray().Select(each => each.GetProperty("conversation").GetString()!)];
    }

    /// <summary>Sends a text; gives its seq.</summary>
    public async Task<long> WriteAsync(string name, string conversation, string? to = null, long seen = 0)
    {
        var body = JsonSerializer.Serialize(
            new Dictionary<string, object>
            {
                ["text"] = "text",
                [to is null ? "seen" : "to"] = to is null ? seen : Id(to),
            }
        );
        var path = $"/v1/conversations/{conversation}/messages";
        var answer = await Http.SendAsync("POST", path, body, _users[name].Token, Key());
        Assert.True(answer.Status == HttpStatusCode.Created, answer.Body);
        return answer.Json.GetProperty("seq").GetInt64();
    }

    /// <summary>Marks, as a device of the user would; returns when it is persisted.</summary>
    public async Task MarkAsync(string name, string conversation, long delivered, long read)
    {
        Assert.True(ConversationId.TryParse(conversation, out var id));
        var writers = Http.Services.GetRequiredService<IConversations>();
        var marked = writers.MarkAsync(id, new(User(name), delivered, read));
        while (!marked.IsCompleted)
        {
            Http.Time.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Yield();
        }

        Assert.Equal(AppendStatus.Committed, (await marked).Status);
    }

    public Task<JsonElement> SummaryAsync(string name, string conversation) =>
        DoAsync(name, "GET", $"/v1/conversations/{conversation}");

    public async Task<long> UnreadAsync(string name, string conversation) =>
        (await SummaryAsync(name, conversation)).TryGetProperty("unread", out var unread) ? unread.GetInt64() : 0;

    /// <summary>The marks in an answer, by name: those of <c>members</c> or <c>others</c>.</summary>
    public string[] Marks(JsonElement answer, string field) =>
        answer.TryGetProperty(field, out var marks)
            ? [.. marks.EnumerateArray().Select(Show).Order(StringComparer.Ordinal)]
            : [];

    private string Show(JsonElement marks)
    {
        var user = marks.GetProperty("user").GetString();
        return $"{_users.Single(each => each.Value.User == user).Key} {Number("delivered")} {Number("read")}";

        long Number(string name) => marks.TryGetProperty(name, out var value) ? value.GetInt64() : 0;
    }

    private (string, string) Key() => ("Idempotency-Key", Guid.CreateVersion7(Http.Time.GetUtcNow()).ToString());
}
