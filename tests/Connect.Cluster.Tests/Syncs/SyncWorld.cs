using System.Text.Json;
using Connect.Cluster.Tests.Clients;
using Connect.Cluster.Tests.Processes;
using Connect.Cluster.Tests.Resends;
using Connect.Protocol.Frames;
using Xunit;

namespace Connect.Cluster.Tests.Syncs;

/// <summary>A server, users of it and their groups, and a deadline for all of it.</summary>
internal sealed class SyncWorld : IAsyncDisposable
{
    private static readonly string[] NoLimits =
    [
        "SendBurst",
        "ConversationSends",
        "SyncsPerUser",
        "MarksPerUser",
        "ReadsPerUser",
        "RequestsPerUser",
        "LoginsPerAddress",
        "RegistrationsPerAddress",
        "RequestsPerAddress",
        "ConnectsPerAddress",
    ];

    private readonly CancellationTokenSource _limit;
    private readonly bool _ownsServer;

    private SyncWorld(ServerProcess server, CancellationTokenSource limit, bool ownsServer)
    {
        (Server, _limit, _ownsServer) = (server, limit, ownsServer);
        Http = server.CreateClient();
    }

    public ServerProcess Server { get; }

    public HttpClient Http { get; }

    public CancellationToken Deadline => _limit.Token;

    /// <summary>With a server of its own.</summary>
    public static Task<SyncWorld> StartAsync(TimeSpan limit, params string[] settings) =>
        StartAsync(limit, new Dictionary<string, string>(), settings);

    /// <summary>With a server of its own in another environment.</summary>
    public static async Task<SyncWorld> StartAsync(
        TimeSpan limit,
        IReadOnlyDictionary<string, string> environment,
        params string[] settings
    )
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        source.CancelAfter(limit);
        string[] all = [.. NoLimits.Select(each => $"--Limits:{each}=0"), .. settings];
        var program = ServerProcess.Program;
        var server = await ServerProcess.StartProgramAsync(program, environment, source.Token, all);
        return new(server, source, ownsServer: true);
    }

    /// <summary>On a server that others use, too.</summary>
    public static SyncWorld Join(ServerProcess server, TimeSpan limit)
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        source.CancelAfter(limit);
        return new(server, source, ownsServer: false);
    }

    public Task<TestUser> NewUserAsync() => TestUser.CreateAsync(Http, UserNames.New(), Deadline);

    /// <summary>The same user with a login of now.</summary>
    public Task<TestUser> LoginAsync(TestUser user) =>
        TestUser.LoginAsync(Http, user.Username, TestUser.Password, Deadline);

    /// <summary>Contacts of each other, so that nobody has to be invited.</summary>
    public async Task BefriendAsync(TestUser user, params TestUser[] others)
    {
        foreach (var other in others)
        {
            await OkAsync(user, HttpMethod.Put, $"/v1/contacts/{other.Id}");
            await OkAsync(other, HttpMethod.Put, $"/v1/contacts/{user.Id}");
        }
    }

    public async Task<string> NewGroupAsync(TestUser owner, params TestUser[] members)
    {
        var body = new { title = "group", members = members.Select(member => member.Id) };
        var made = await OkAsync(owner, HttpMethod.Post, "/v1/conversations", body);
        Assert.Equal(members.Length, made.GetProperty("added").GetArrayLength());
        return made.GetProperty("conversation").GetString()!;
    }

    public Task<JsonElement> AddAsync(TestUser owner, string group, TestUser member) =>
        OkAsync(owner, HttpMethod.Post, $"/v1/conversations/{group}/members", new { users = new[] { member.Id } });

    public Task<JsonElement> RemoveAsync(TestUser owner, string group, TestUser member) =>
        OkAsync(owner, HttpMethod.Delete, $"/v1/conversations/{group}/members/{member.Id}");

    /// <summary>A session that is live.</summary>
    public Task<WireSession> OpenAsync(TestUser user, FrameEncoding encoding = FrameEncoding.Protobuf) =>
        WireSession.OpenAsync(Server, user, encoding, Deadline);

    /// <summary>
    /// Sends so many messages, a hundred at a time; the head after them. <paramref name="ahead"/>: the clock.
    /// </summary>
    public async Task<ulong> SendAsync(
        WireSession session,
        string conversation,
        int count,
        string text = "text",
        TimeSpan ahead = default
    )
    {
        var time = TimeProvider.System.GetUtcNow() + ahead;
        var head = 0ul;
        foreach (var chunk in Enumerable.Range(0, count).Chunk(100))
        {
            var frames = chunk.Select(_ => Sends.Frame(conversation, Sends.NewCid(time), text)).ToList();
            var answers = await session.AskAllAsync(frames, Deadline);
            head = answers.Max(answer => Sends.SentOf(answer).Seq);
        }

        return head;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (_ownsServer)
        {
            await Server.DisposeAsync();
        }

        _limit.Dispose();
    }

    private async Task<JsonElement> OkAsync(TestUser user, HttpMethod method, string path, object? body = null)
    {
        using var request = user.Request(method, path, body);
        if (method == HttpMethod.Post)
        {
            request.Headers.Add("Idempotency-Key", Sends.NewCid());
        }

        using var answer = await Http.SendAsync(request, Deadline);
        var text = await answer.Content.ReadAsStringAsync(Deadline);
        Assert.True(answer.IsSuccessStatusCode, $"{method} {path}: {text}");
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
    }
}
