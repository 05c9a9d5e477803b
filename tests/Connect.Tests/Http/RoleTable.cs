using Connect.Protocol.V1;

namespace Connect.Tests.Http;

/// <summary>
/// Who may do what in a group, over HTTP and in frames: what each of <see cref="Actors"/> is answered. This table is
/// the one of docs/groups.md.
/// </summary>
internal static class RoleTable
{
    /// <summary>
    /// <c>blocked</c> is a member whom the owner blocks, <c>hidden</c> somebody who was invited by one they block.
    /// </summary>
    public static readonly string[] Actors =
    [
        "owner",
        "admin",
        "member",
        "blocked",
        "invited",
        "hidden",
        "former",
        "outsider",
    ];

    /// <summary>Status of the answer, or number of the error, for each actor.</summary>
    public static readonly RouteRow[] Routes =
    [
        new("GET", "/v1/conversations/{id}/members", null, [200, 200, 200, 200, 301, 301, 306, 301]),
        new("GET", "/v1/conversations/{id}", null, [200, 200, 200, 200, 301, 301, 301, 301]),
        new("GET", "/v1/conversations/{id}/entries", null, [200, 200, 200, 200, 301, 301, 200, 301]),
        new("GET", "/v1/conversations/{id}/entries/{seq}/readers", null, [200, 200, 200, 200, 301, 301, 306, 301]),
        new("PUT", "/v1/conversations/{id}/title", """{"title":"new"}""", [200, 200, 203, 203, 203, 301, 306, 301]),
        new(
            "POST",
            "/v1/conversations/{id}/members",
            """{"users":["{new}"]}""",
            [200, 200, 203, 203, 203, 301, 306, 301]
        ),
        new("DELETE", "/v1/conversations/{id}/members/{other}", null, [200, 200, 203, 203, 203, 301, 306, 301]),
        new("DELETE", "/v1/conversations/{id}/members/{self}", null, [200, 200, 200, 200, 203, 301, 306, 301]),
        new(
            "PUT",
            "/v1/conversations/{id}/members/{other}/role",
            """{"role":"admin"}""",
            [200, 200, 203, 203, 203, 301, 306, 301]
        ),
        new(
            "PUT",
            "/v1/conversations/{id}/members/{other}/role",
            """{"role":"owner"}""",
            [200, 203, 203, 203, 203, 301, 306, 301]
        ),
        new("DELETE", "/v1/conversations/{id}/invites/{invited}", null, [200, 200, 203, 203, 203, 301, 306, 301]),
        new("POST", "/v1/invites/{id}/accept", null, [200, 200, 200, 200, 200, 301, 306, 301]),
        new("POST", "/v1/invites/{id}/decline", null, [302, 302, 302, 302, 200, 301, 306, 301]),
        new("POST", "/v1/conversations/{id}/messages", """{"text":"hi"}""", [201, 201, 201, 201, 203, 301, 306, 301]),
        new("PATCH", "/v1/conversations/{id}", """{"muted_until":0}""", [204, 204, 204, 204, 301, 301, 301, 301]),
    ];

    /// <summary>What a session does with a conversation; <see cref="RoleFrameTests"/> has the words.</summary>
    public static readonly FrameRow[] Frames =
    [
        new(ClientFrame.BodyOneofCase.Send, ["sent", "sent", "sent", "sent", "203", "301", "306", "301"]),
        new(ClientFrame.BodyOneofCase.Mark, ["ok", "ok", "ok", "ok", "203", "301", "306", "301"]),
        new(
            ClientFrame.BodyOneofCase.Typing,
            ["told", "told", "told", "told", "nothing", "nothing", "nothing", "nothing"]
        ),
        new(ClientFrame.BodyOneofCase.History, ["all", "all", "all", "all", "301", "301", "until they left", "301"]),
        new(ClientFrame.BodyOneofCase.Readers, ["marks", "marks", "marks", "marks", "301", "301", "306", "301"]),
        new(
            ClientFrame.BodyOneofCase.Conversations,
            ["listed", "listed", "listed", "listed", "left out", "left out", "left out", "left out"]
        ),
        new(ClientFrame.BodyOneofCase.Sync, ["all", "all", "all", "all", "nothing", "nothing", "nothing", "nothing"]),
        new(
            ClientFrame.BodyOneofCase.Watch,
            ["contacts", "contacts", "contacts", "nobody", "nobody", "nobody", "contacts", "nobody"]
        ),
        new(
            ClientFrame.BodyOneofCase.State,
            ["nothing", "nothing", "nothing", "nothing", "nothing", "nothing", "nothing", "nothing"]
        ),
    ];

    /// <summary>Kinds of frames that concern a session alone, whatever the conversation.</summary>
    public static readonly ClientFrame.BodyOneofCase[] OfTheSession =
    [
        ClientFrame.BodyOneofCase.None,
        ClientFrame.BodyOneofCase.Hello,
        ClientFrame.BodyOneofCase.Auth,
        ClientFrame.BodyOneofCase.Pong,
        ClientFrame.BodyOneofCase.Bye,
        // The next page of a `sync`.
        ClientFrame.BodyOneofCase.Next,
    ];

    /// <summary>The table as the document shows it.</summary>
    public static IEnumerable<string> Markdown()
    {
        yield return $"| | {string.Join(" | ", Actors)} |";
        yield return $"|---|{string.Concat(Enumerable.Repeat("---|", Actors.Length))}";
        foreach (var row in Routes)
        {
            var body = row.Body is { } text && row.Path.EndsWith("/role", StringComparison.Ordinal) ? $" `{text}`" : "";
            yield return $"| `{row.Method} {row.Path}`{body} | {string.Join(" | ", row.Expected.Select(Name))} |";
        }

        foreach (var row in Frames)
        {
            var cells = row.Expected.Select(each => int.TryParse(each, out var code) ? Name(code) : each);
            yield return $"| `{row.Kind.ToString().ToLowerInvariant()}` | {string.Join(" | ", cells)} |";
        }
    }

    private static string Name(int answer) =>
        answer is >= 200 and < 203 or 204 ? "yes" : $"`{Connect.Protocol.ErrorCodes.Describe((ErrorCode)answer).Name}`";
}

/// <summary>A route, a body, and the answers.</summary>
internal sealed record RouteRow(string Method, string Path, string? Body, int[] Expected);

/// <summary>A kind of frame, and the answers.</summary>
internal sealed record FrameRow(ClientFrame.BodyOneofCase Kind, string[] Expected);
