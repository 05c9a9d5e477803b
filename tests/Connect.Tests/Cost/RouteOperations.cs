namespace Connect.Tests.Cost;

/// <summary>Every route, in an order in which each finds what it needs: what ends something comes last.</summary>
internal static class RouteOperations
{
    private const string Password = Identity.IdentityWorld.Password;

    public static readonly IReadOnlyList<Operation> All =
    [
        new("GET /openapi/{documentName}.json", world => world.HttpAsync("GET", "/openapi/v1.json")),
        new("GET /docs/{documentName?}", world => world.HttpAsync("GET", "/docs/")),
        Get("/docs/scalar.js"),
        Get("/docs/scalar.aspnetcore.js"),
        Get("/docs/favicon.svg"),
        Get("/v1/me"),
        Get("/v1/me/devices"),
        Get("/v1/me/privacy"),
        Get("/v1/contacts", Size.Contacts, Size.Blocks),
        Get("/v1/blocks", Size.Contacts, Size.Blocks),
        Get("/v1/invites", Size.Invites),
        new("GET /v1/users", world => world.HttpAsync("GET", $"/v1/users?username={CostWorld.NameOf(world.Contact)}")),
        new(
            "GET /v1/conversations",
            world => world.HttpAsync("GET", "/v1/conversations?limit=3"),
            Size.Conversations,
            Size.Members
        ),
        new("GET /v1/conversations/{id}", world => world.HttpAsync("GET", $"/v1/conversations/{world.Direct}")),
        new(
            "GET /v1/conversations/{id}/entries",
            world => world.HttpAsync("GET", $"/v1/conversations/{world.Group}/entries?limit=10")
        ),
        new(
            "GET /v1/conversations/{id}/entries/{seq}/readers",
            world => world.HttpAsync("GET", $"/v1/conversations/{world.Group}/entries/5/readers"),
            Size.Members,
            Size.FormerMembers
        ),
        new(
            "GET /v1/conversations/{id}/members",
            world => world.HttpAsync("GET", $"/v1/conversations/{world.Group}/members"),
            Size.Members,
            Size.FormerMembers
        ),
        new(
            "GET /v1/me/export",
            world => world.HttpAsync("GET", "/v1/me/export"),
            Size.Conversations,
            Size.Messages,
            Size.Members
        ),
        new(
            "POST /v1/conversations/{id}/messages",
            world => world.HttpAsync("POST", $"/v1/conversations/{world.Direct}/messages", new { text = "text" })
        ),
        new(
            "PATCH /v1/conversations/{id}",
            world => world.HttpAsync("PATCH", $"/v1/conversations/{world.Direct}", new { muted_until = 1 })
        ),
        new("PATCH /v1/me/privacy", world => world.HttpAsync("PATCH", "/v1/me/privacy", new { presence = true })),
        new(
            "POST /v1/conversations",
            world => world.HttpAsync("POST", "/v1/conversations", new { title = "new", members = Ids(world) })
        ),
        new(
            "PUT /v1/conversations/{id}/title",
            world => world.HttpAsync("PUT", $"/v1/conversations/{world.Group}/title", new { title = "newer" }),
            Size.Members
        ),
        new(
            "POST /v1/conversations/{id}/members",
            world =>
                world.HttpAsync(
                    "POST",
                    $"/v1/conversations/{world.Group}/members",
                    new { users = new[] { world.Stranger.ToString() } }
                ),
            Size.Members,
            Size.FormerMembers
        ),
        new(
            "DELETE /v1/conversations/{id}/invites/{user}",
            world => world.HttpAsync("DELETE", $"/v1/conversations/{world.Group}/invites/{world.Stranger}"),
            Size.Members
        ),
        new(
            "PUT /v1/conversations/{id}/members/{user}/role",
            world =>
                world.HttpAsync(
                    "PUT",
                    $"/v1/conversations/{world.Group}/members/{world.Contact}/role",
                    new { role = "admin" }
                ),
            Size.Members
        ),
        new(
            "DELETE /v1/conversations/{id}/members/{user}",
            world => world.HttpAsync("DELETE", $"/v1/conversations/{world.Group}/members/{world.Contact}"),
            Size.Members
        ),
        new(
            "POST /v1/invites/{id}/accept",
            world => world.HttpAsync("POST", $"/v1/invites/{world.Invited}/accept"),
            Size.Members
        ),
        new(
            "POST /v1/invites/{id}/decline",
            world => world.HttpAsync("POST", $"/v1/invites/{world.OtherInvited}/decline"),
            Size.Members
        ),
        new("PUT /v1/contacts/{user}", world => world.HttpAsync("PUT", $"/v1/contacts/{world.Stranger}")),
        new("POST /v1/contacts/{user}/accept", world => world.HttpAsync("POST", $"/v1/contacts/{world.Asking}/accept")),
        new(
            "POST /v1/contacts/{user}/decline",
            world => world.HttpAsync("POST", $"/v1/contacts/{world.AlsoAsking}/decline")
        ),
        new("DELETE /v1/contacts/{user}", world => world.HttpAsync("DELETE", $"/v1/contacts/{world.Stranger}")),
        new("PUT /v1/blocks/{user}", world => world.HttpAsync("PUT", $"/v1/blocks/{world.Stranger}")),
        new("DELETE /v1/blocks/{user}", world => world.HttpAsync("DELETE", $"/v1/blocks/{world.Stranger}")),
        new(
            "POST /v1/accounts",
            world => world.HttpAsync("POST", "/v1/accounts", new { username = "another", password = Password })
        ),
        new(
            "POST /v1/tokens",
            world =>
                world.HttpAsync(
                    "POST",
                    "/v1/tokens",
                    new
                    {
                        grant = "password",
                        username = "another",
                        password = Password,
                    }
                )
        ),
        new("DELETE /v1/me/devices/{id}", world => world.HttpAsync("DELETE", $"/v1/me/devices/{world.OtherDevice}")),
        new(
            "POST /v1/me/password",
            world =>
                world.HttpAsync("POST", "/v1/me/password", new { old_password = Password, new_password = Password })
        ),
        new("DELETE /v1/tokens", world => world.HttpAsync("DELETE", "/v1/tokens")),
        new("DELETE /v1/me", world => world.DeleteAccountAsync()) { GoesOn = true },
    ];

    private static Operation Get(string route, params Size[] growsWith) =>
        new($"GET {route}", world => world.HttpAsync("GET", route), growsWith);

    private static string[] Ids(CostWorld world) => [world.Contact.ToString()];
}
