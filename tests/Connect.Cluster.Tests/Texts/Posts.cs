using System.Net.Http.Headers;
using System.Text.Json;
using Connect.Cluster.Tests.Processes;
using ErrorCode = Connect.Protocol.ErrorCode;

namespace Connect.Cluster.Tests.Texts;

/// <summary>Requests whose body is bytes.</summary>
internal static class Posts
{
    /// <summary>None when it was taken; else the number of the problem and its field.</summary>
    public static async Task<(ErrorCode Code, string? Field)> PostAsync(
        HttpClient client,
        TestUser? user,
        string path,
        string? key,
        byte[] body,
        CancellationToken cancellation
    )
    {
        using var request = user is null ? new(HttpMethod.Post, path) : user.Request(HttpMethod.Post, path);
        request.Content = new ByteArrayContent(body);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        using var answer = await client.SendAsync(request, cancellation);
        if (answer.IsSuccessStatusCode)
        {
            return (ErrorCode.None, null);
        }

        var problem = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(cancellation)).RootElement;
        var field = problem.TryGetProperty("field", out var named) ? named.GetString() : null;
        return ((ErrorCode)problem.GetProperty("code").GetInt32(), field);
    }
}
