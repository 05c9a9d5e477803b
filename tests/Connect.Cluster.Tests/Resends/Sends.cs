using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Connect.Cluster.Tests.Processes;
using Connect.Protocol.V1;
using Xunit;

namespace Connect.Cluster.Tests.Resends;

/// <summary>Sends as frames and over HTTP, and what they were answered.</summary>
internal static class Sends
{
    public static string NewCid(DateTimeOffset? time = null) =>
        Guid.CreateVersion7(time ?? TimeProvider.System.GetUtcNow()).ToString();

    public static ClientFrame Frame(string conversation, string cid, string text, string after = "") =>
        new()
        {
            Send = new()
            {
                Conversation = conversation,
                Cid = cid,
                Text = text,
                After = after,
            },
        };

    public static ClientFrame FrameTo(string user, string cid, string text) =>
        new()
        {
            Send = new()
            {
                To = user,
                Cid = cid,
                Text = text,
            },
        };

    /// <summary>The answer of one that must be committed.</summary>
    public static Sent SentOf(ServerFrame answer)
    {
        Assert.True(answer.Sent is not null, answer.ToString());
        return answer.Sent;
    }

    /// <summary>The error of one that must be refused.</summary>
    public static Protocol.ErrorCode ErrorOf(ServerFrame answer)
    {
        Assert.True(answer.Err is not null, answer.ToString());
        return (Protocol.ErrorCode)answer.Err.Code;
    }

    /// <summary>The same over HTTP; the status tells a first one from a repetition.</summary>
    public static async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(
        HttpClient client,
        TestUser user,
        string path,
        string key,
        object body,
        CancellationToken cancellation
    )
    {
        using var request = user.Request(HttpMethod.Post, path, body);
        request.Headers.Add("Idempotency-Key", key);
        using var answer = await client.SendAsync(request, cancellation);
        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>(cancellation));
    }

    /// <summary>The id of the direct conversation with somebody.</summary>
    public static async Task<string> DirectAsync(
        HttpClient client,
        TestUser user,
        TestUser other,
        CancellationToken cancellation
    )
    {
        using var request = user.Request(HttpMethod.Get, $"/v1/users?username={other.Username}");
        using var answer = await client.SendAsync(request, cancellation);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(cancellation)).GetProperty("direct").GetString()!;
    }
}
