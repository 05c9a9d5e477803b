using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Connect.Cluster.Tests.Processes;

/// <summary>A user of a server under test, over HTTP.</summary>
internal sealed record TestUser(string Id, string Username, string Device, string AccessToken, string RefreshToken)
{
    public const string Password = "correct horse battery";

    /// <summary>Registers and logs in.</summary>
    public static async Task<TestUser> CreateAsync(HttpClient client, string username, CancellationToken cancellation)
    {
        await PostAsync(client, "/v1/accounts", new { username, password = Password }, cancellation);
        return await LoginAsync(client, username, Password, cancellation);
    }

    /// <summary>Logs a further device in.</summary>
    public static async Task<TestUser> LoginAsync(
        HttpClient client,
        string username,
        string password,
        CancellationToken cancellation
    )
    {
        var tokens = await PostAsync(
            client,
            "/v1/tokens",
            new
            {
                grant = "password",
                username,
                password,
            },
            cancellation
        );
        return new(
            tokens.GetProperty("user").GetString()!,
            username,
            tokens.GetProperty("device").GetString()!,
            tokens.GetProperty("access_token").GetString()!,
            tokens.GetProperty("refresh_token").GetString()!
        );
    }

    /// <summary>A request as this user; the body is sent as JSON.</summary>
    public HttpRequestMessage Request(HttpMethod method, string path, object? body = null) =>
        new(method, path)
        {
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", AccessToken) },
            Content = body is null ? null : JsonContent.Create(body),
        };

    private static async Task<JsonElement> PostAsync(
        HttpClient client,
        string path,
        object body,
        CancellationToken cancellation
    )
    {
        using var answer = await client.PostAsJsonAsync(path, body, cancellation);
        var text = await answer.Content.ReadAsStringAsync(cancellation);
        return answer.IsSuccessStatusCode
            ? JsonDocument.Parse(text).RootElement
            : throw new InvalidOperationException($"{path}: {(int)answer.StatusCode} {text}");
    }
}
