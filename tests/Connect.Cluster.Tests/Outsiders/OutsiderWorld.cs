using System.Text.Json;
using Connect.Cluster.Tests.Clients;
using Connect.Cluster.Tests.Processes;
using Connect.Cluster.Tests.Resends;
using Connect.Contracts.Identifiers;
using Connect.Protocol.Frames;
using Xunit;

namespace Connect.Cluster.Tests.Outsiders;

/// <summary>
/// A server; Ann and Bob with a group and a direct conversation; and one outsider of each kind. What they must not
/// learn was named and written after the removed one was gone.
/// </summary>
public sealed class OutsiderWorld : IAsyncLifetime
{
    /// <summary>Stands for a user's id in the body of a request.</summary>
    internal const string UserMark = "USER";

    internal const string SecretTitle = "Plans for the treasure";
    internal const string SecretText = "It lies below the old oak";

    private static readonly string[] NoLimits =
    [
        "SendBurst",
        "ConversationSends",
        "SyncsPerUser",
        "MarksPerUser",
        "ReadsPerUser",
        "RequestsPerUser",
        "LookupsPerUser",
        "ExportsPerUser",
        "LoginsPerAddress",
        "RegistrationsPerAddress",
        "RequestsPerAddress",
        "ConnectsPerAddress",
    ];

    internal ServerProcess Server { get; private set; } = null!;

    internal HttpClient Http { get; private set; } = null!;

    internal TestUser Ann { get; private set; } = null!;

    internal TestUser Bob { get; private set; } = null!;

    /// <summary>Knows nobody, and writes to all: what shows that an outsider hears at all.</summary>
    internal TestUser Carl { get; private set; } = null!;

    internal Dictionary<Outsider, TestUser> Outsiders { get; } = [];

    internal string Group { get; private set; } = "";

    /// <summary>Of Ann and Bob.</summary>
    internal string Direct { get; private set; } = "";

    /// <summary>Of Ann and the one she blocks.</summary>
    internal string Closed { get; private set; } = "";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var settings = NoLimits.Select(each => $"--Limits:{each}=0").ToArray();
        Server = await ServerProcess.StartAsync(Cancellation, settings);
        Http = Server.CreateClient();
        var users = await Task.WhenAll(Enumerable.Range(0, 9).Select(_ => NewUserAsync()));
        (Ann, Bob, Carl) = (users[0], users[1], users[2]);
        foreach (var outsider in Enum.GetValues<Outsider>())
        {
            Outsiders[outsider] = users[3 + (int)outsider];
        }

        var removed = Outsiders[Outsider.Removed];
        foreach (var contact in new[] { Bob, removed, Outsiders[Outsider.NonMember] })
        {
            await OkAsync(Ann, HttpMethod.Put, $"/v1/contacts/{contact.Id}");
            await OkAsync(contact, HttpMethod.Put, $"/v1/contacts/{Ann.Id}");
        }

        var body = new { title = "Plans", members = new[] { Bob.Id, removed.Id } };
        var made = await OkAsync(Ann, HttpMethod.Post, "/v1/conversations", body);
        Group = made.GetProperty("conversation").GetString()!;
        Assert.Equal(2, made.GetProperty("added").GetArrayLength());
        var hidden = Outsiders[Outsider.InvitedHidden];
        await OkAsync(hidden, HttpMethod.Put, $"/v1/blocks/{Ann.Id}");
        var invited = new { users = new[] { Outsiders[Outsider.Invited].Id, hidden.Id } };
        await OkAsync(Ann, HttpMethod.Post, $"/v1/conversations/{Group}/members", invited);
        Direct = await Sends.DirectAsync(Http, Ann, Bob, Cancellation);
        Closed = await Sends.DirectAsync(Http, Ann, Outsiders[Outsider.Blocked], Cancellation);
        await SendAsync(Outsiders[Outsider.Blocked], Closed, new { text = "hello", to = Ann.Id });
        await OkAsync(Ann, HttpMethod.Put, $"/v1/blocks/{Outsiders[Outsider.Blocked].Id}");
        await OkAsync(Ann, HttpMethod.Delete, $"/v1/conversations/{Group}/members/{removed.Id}");
        await OkAsync(Ann, HttpMethod.Put, $"/v1/conversations/{Group}/title", new { title = SecretTitle });
        await SendAsync(Bob, Group, new { text = SecretText });
        await SendAsync(Bob, Direct, new { text = SecretText, to = Ann.Id });
    }

    public async ValueTask DisposeAsync()
    {
        Http?.Dispose();
        if (Server is not null)
        {
            await Server.DisposeAsync();
        }
    }

    /// <summary>The id of a conversation that there is not.</summary>
    internal static string NoConversation() => ConversationId.NewRandom().ToString();

    /// <summary>The id of a user that there is not.</summary>
    internal static string NoUser() => UserId.NewRandom().ToString();

    /// <summary>A session of an outsider; half of them in each encoding.</summary>
    internal Task<WireSession> OpenAsync(Outsider outsider, Protocol.V1.Resume? resume = null) =>
        WireSession.OpenAsync(
            Server,
            Outsiders[outsider],
            (int)outsider % 2 == 0 ? FrameEncoding.Protobuf : FrameEncoding.Json,
            Cancellation,
            resume
        );

    internal Task<WireSession> OpenAsync(TestUser user) =>
        WireSession.OpenAsync(Server, user, FrameEncoding.Protobuf, Cancellation);

    /// <summary>Status and body of a row's request; what names this request is taken out.</summary>
    internal async Task<(int Status, string Body)> AskAsync(
        RouteRow row,
        TestUser? user,
        string conversation,
        string other
    )
    {
        using var request = new HttpRequestMessage(row.Method, row.Path(conversation, other));
        if (user is not null)
        {
            request.Headers.Authorization = new("Bearer", user.AccessToken);
        }

        if (row.Body is not null)
        {
            var body = JsonSerializer.Serialize(row.Body).Replace(UserMark, other, StringComparison.Ordinal);
            request.Content = new StringContent(
                body,
                new System.Net.Http.Headers.MediaTypeHeaderValue("application/json")
            );
        }

        if (row.Method == HttpMethod.Post)
        {
            request.Headers.Add("Idempotency-Key", Sends.NewCid());
        }

        using var answer = await Http.SendAsync(request, Cancellation);
        var text = await answer.Content.ReadAsStringAsync(Cancellation);
        return ((int)answer.StatusCode, WithoutIds(text, conversation, other));
    }

    /// <summary>What the owner sees of the group, which no outsider may change.</summary>
    internal async Task<string> SnapshotAsync()
    {
        var members = await OkAsync(Ann, HttpMethod.Get, $"/v1/conversations/{Group}/members");
        var group = await OkAsync(Ann, HttpMethod.Get, $"/v1/conversations/{Group}");
        var direct = await OkAsync(Ann, HttpMethod.Get, $"/v1/conversations/{Direct}");
        return $"{members}\n{group}\n{direct}";
    }

    internal async Task<JsonElement> OkAsync(TestUser user, HttpMethod method, string path, object? body = null)
    {
        using var request = user.Request(method, path, body);
        if (method == HttpMethod.Post)
        {
            request.Headers.Add("Idempotency-Key", Sends.NewCid());
        }

        using var answer = await Http.SendAsync(request, Cancellation);
        var text = await answer.Content.ReadAsStringAsync(Cancellation);
        Assert.True(answer.IsSuccessStatusCode, $"{method} {path}: {text}");
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
    }

    internal static string WithoutIds(string text, string conversation, string other) =>
        text.Replace(conversation, "ID", StringComparison.Ordinal).Replace(other, "OTHER", StringComparison.Ordinal);

    private Task<JsonElement> SendAsync(TestUser user, string conversation, object body) =>
        OkAsync(user, HttpMethod.Post, $"/v1/conversations/{conversation}/messages", body);

    private Task<TestUser> NewUserAsync() => TestUser.CreateAsync(Http, UserNames.New(), Cancellation);
}
