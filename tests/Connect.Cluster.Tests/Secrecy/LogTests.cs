using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Connect.Cluster.Tests.Clients;
using Connect.Cluster.Tests.Processes;
using Xunit;

namespace Connect.Cluster.Tests.Secrecy;

/// <summary>The log at its most talkative: one object a line, and nothing of people or their words.</summary>
public sealed class LogTests
{
    private const string Alice = "alice-the-kestrel";
    private const string Bob = "bob-the-sandpiper";
    private const string WrongPassword = "wrong-gander-password";
    private const string DeviceName = "grandmothers-tablet";
    private const string SocketText = "the-curlew-sings-on-the-socket";
    private const string HttpText = "the-plover-writes-over-http";
    private const string BadText = "the-dunlin-breaks-the-frame";
    private const string Nobody = "somebody-who-is-not-there";

    private static readonly (string Name, string Value)[] Secrets =
    [
        ("a username", Alice),
        ("the other username", Bob),
        ("a password", TestUser.Password),
        ("a wrong password", WrongPassword),
        ("a device's name", DeviceName),
        ("a text from a socket", SocketText),
        ("a text over HTTP", HttpText),
        ("a text in a broken frame", BadText),
        ("a name that was looked up", Nobody),
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_line_is_JSON_and_none_holds_what_people_said_or_who_they_are()
    {
        await using var server = await ServerProcess.StartInMemoryAsync(
            Cancellation,
            "--Log:Format=json",
            "--Log:Level=Trace"
        );
        using var client = server.CreateClient();
        var secrets = Secrets.ToDictionary(each => each.Name, each => each.Value);
        var alice = await TestUser.CreateAsync(client, Alice, Cancellation);
        var bob = await TestUser.CreateAsync(client, Bob, Cancellation);
        secrets["an access token"] = alice.AccessToken;
        secrets["a refresh token"] = alice.RefreshToken;

        await MistakesAsync(client, alice);
        await TalkAsync(client, server, alice, bob, secrets);
        Assert.Equal(0, await server.StopAsync(Cancellation));

        Check(server, secrets);
    }

    /// <summary>Whatever a client gets wrong; each is refused.</summary>
    private static async Task MistakesAsync(HttpClient client, TestUser alice)
    {
        var login = new
        {
            grant = "password",
            username = Alice,
            password = WrongPassword,
            device_name = DeviceName,
        };
        await ExpectAsync(client.PostAsJsonAsync("/v1/tokens", login, Cancellation), HttpStatusCode.Unauthorized);
        await ExpectAsync(
            client.PostAsJsonAsync("/v1/tokens", login with { password = TestUser.Password }, Cancellation),
            HttpStatusCode.OK
        );
        await ExpectAsync(
            client.PostAsJsonAsync("/v1/accounts", new { username = Alice, password = WrongPassword }, Cancellation),
            HttpStatusCode.Conflict
        );
        await ExpectAsync(
            client.PostAsJsonAsync("/v1/accounts", new { username = Nobody, password = 7 }, Cancellation),
            HttpStatusCode.BadRequest
        );
        await ExpectAsync(
            client.SendAsync(alice.Request(HttpMethod.Get, "/v1/users?username=" + Nobody), Cancellation),
            HttpStatusCode.NotFound
        );
        await ExpectAsync(
            client.SendAsync(alice.Request(HttpMethod.Get, $"/v1/{Nobody}?text={BadText}"), Cancellation),
            HttpStatusCode.NotFound
        );
        var forged = alice with { AccessToken = alice.AccessToken[..^4] + "AAAA" };
        await ExpectAsync(
            client.SendAsync(forged.Request(HttpMethod.Get, "/v1/me"), Cancellation),
            HttpStatusCode.Unauthorized
        );
    }

    /// <summary>A message from a socket and one over HTTP, a broken frame, and a client that is gone at once.</summary>
    private static async Task TalkAsync(
        HttpClient client,
        ServerProcess server,
        TestUser alice,
        TestUser bob,
        Dictionary<string, string> secrets
    )
    {
        await using var reader = await OpenAsync(server, Bob);
        secrets["an access token of a session"] = reader.Login.GetProperty("access_token").GetString()!;
        await reader.SyncAsync([], Cancellation);
        await using var writer = await OpenAsync(server, Alice);
        await writer.SyncAsync([], Cancellation);
        var cid = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString();
        await writer.SendAsync(
            new
            {
                id = 2,
                send = new
                {
                    to = bob.Id,
                    cid,
                    text = SocketText,
                },
            },
            Cancellation
        );
        var sent = await writer.ReadUntilAsync("sent", Cancellation);
        await reader.ReadUntilAsync("entries", Cancellation);
        var conversation = sent.GetProperty("conversation").GetString();
        using var request = alice.Request(
            HttpMethod.Post,
            $"/v1/conversations/{conversation}/messages",
            new { text = HttpText }
        );
        request.Headers.Add("Idempotency-Key", Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString());
        await ExpectAsync(client.SendAsync(request, Cancellation), HttpStatusCode.Created);

        await using (var gone = await OpenAsync(server, Alice))
        {
            // Cut without a goodbye.
        }

        await writer.SendAsync(new { id = "not a number", send = new { text = BadText } }, Cancellation);
        Assert.Equal(101, (await writer.ReadUntilAsync("err", Cancellation)).GetProperty("code").GetInt32());
    }

    private static void Check(ServerProcess server, Dictionary<string, string> secrets)
    {
        var lines = server.Log.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var events = new HashSet<int>();
        foreach (var line in lines.Where(each => !each.StartsWith("Connect is ready", StringComparison.Ordinal)))
        {
            var json = JsonDocument.Parse(line).RootElement;
            events.Add(json.GetProperty("EventId").GetInt32());
            Assert.StartsWith("Connect.", json.GetProperty("Category").GetString(), StringComparison.Ordinal);
        }

        // The log was at its most talkative, or the search says nothing: refused requests are told at Debug.
        Assert.Contains(1851, events);
        Assert.True(events.Count >= 4, $"Only these events: {string.Join(", ", events)}");
        Assert.Empty(ByteSearch.FindIn(server.LogFile, secrets));
    }

    private static Task<RawSession> OpenAsync(ServerProcess server, string username) =>
        RawSession.OpenAsync(server.Url, server.CertificateFile, username, TestUser.Password, Cancellation);

    private static async Task ExpectAsync(Task<HttpResponseMessage> answer, HttpStatusCode status)
    {
        using var response = await answer;
        Assert.Equal(status, response.StatusCode);
    }
}
