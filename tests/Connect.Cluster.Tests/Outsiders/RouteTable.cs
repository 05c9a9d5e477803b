using ErrorCode = Connect.Protocol.ErrorCode;

namespace Connect.Cluster.Tests.Outsiders;

/// <summary>Each route of the server's OpenAPI document has at least one row; a test compares the two.</summary>
internal static class RouteTable
{
    private static readonly Told Invites = new(ErrorCode.NotFound, ErrorCode.None, ErrorCode.NotMember);

    public static readonly IReadOnlyList<RouteRow> All =
    [
        new("GET /v1/conversations/{id}", Scope.Conversation, Told.ByList),
        new("PATCH /v1/conversations/{id}", Scope.Conversation, Told.ByList, new { muted_until = 0 }),
        new("PATCH /v1/conversations/{id}", Scope.Conversation, Told.ByList, new { hidden = true, seen = 1 }),
        new("PATCH /v1/conversations/{id}", Scope.Conversation, Told.ByList, new { request = "accept" }),
        new("PATCH /v1/conversations/{id}", Scope.Conversation, Told.ByList, new { request = "decline" }),
        new("GET /v1/conversations/{id}/entries", Scope.Conversation, Told.ByHistory),
        new("GET /v1/conversations/{id}/entries", Scope.Conversation, Told.ByHistory, Query: "?around=1&limit=1"),
        new("GET /v1/conversations/{id}/entries", Scope.Conversation, Told.ByReading, Query: "?after=1000"),
        new("GET /v1/conversations/{id}/entries/{seq}/readers", Scope.Conversation, Told.ByReading),
        new("GET /v1/conversations/{id}/members", Scope.Conversation, Told.ByReading),
        new(
            "POST /v1/conversations/{id}/members",
            Scope.Conversation,
            Told.ByDoing,
            new { users = new[] { OutsiderWorld.UserMark } }
        ),
        new("PUT /v1/conversations/{id}/title", Scope.Conversation, Told.ByDoing, new { title = "Ours now" }),
        new("DELETE /v1/conversations/{id}/members/{user}", Scope.Conversation, Told.ByDoing),
        new(
            "PUT /v1/conversations/{id}/members/{user}/role",
            Scope.Conversation,
            Told.ByDoing,
            new { role = "member" }
        ),
        new("DELETE /v1/conversations/{id}/invites/{user}", Scope.Conversation, Told.ByDoing),
        new("POST /v1/conversations/{id}/messages", Scope.Conversation, Told.ByDoing, new { text = "let me in" }),
        new("POST /v1/invites/{id}/accept", Scope.Conversation, Invites, ByRight: true),
        new("POST /v1/invites/{id}/decline", Scope.Conversation, Invites, ByRight: true),
        // That a user is there anybody may know who has the id or the name; that they block, nobody.
        new("PUT /v1/contacts/{user}", Scope.User),
        new("POST /v1/contacts/{user}/accept", Scope.User),
        new("POST /v1/contacts/{user}/decline", Scope.User),
        new("DELETE /v1/contacts/{user}", Scope.User),
        new("DELETE /v1/blocks/{user}", Scope.User),
        new("PUT /v1/blocks/{user}", Scope.Own),
        new("GET /v1/users", Scope.Own, Query: "?username=nobody-at-all"),
        new("GET /v1/conversations", Scope.Own),
        new("POST /v1/conversations", Scope.Own, Body: new { title = "" }),
        new("GET /v1/contacts", Scope.Own),
        new("GET /v1/blocks", Scope.Own),
        new("GET /v1/invites", Scope.Own),
        new("GET /v1/me", Scope.Own),
        new("GET /v1/me/export", Scope.Own),
        new("GET /v1/me/devices", Scope.Own),
        new("DELETE /v1/me/devices/{id}", Scope.Own),
        new("GET /v1/me/privacy", Scope.Own),
        new("PATCH /v1/me/privacy", Scope.Own, Body: new { }),
        new("POST /v1/me/password", Scope.Own, Body: new { old_password = "wrong", new_password = "wrong" }),
        new("DELETE /v1/me", Scope.Own, Body: new { password = "wrong" }),
        new("DELETE /v1/tokens", Scope.Own),
        new("POST /v1/tokens", Scope.Door),
        new("POST /v1/accounts", Scope.Door),
    ];

    /// <summary>What is asked of own data: reading, where nothing changes.</summary>
    public static IEnumerable<RouteRow> OwnReads =>
        All.Where(row => row.Scope == Scope.Own && row.Method == HttpMethod.Get);
}
