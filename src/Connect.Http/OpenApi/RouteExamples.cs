namespace Connect.Http.OpenApi;

/// <summary>
/// An example of each operation, by its id. A test checks that no operation is without one and that each fits the
/// schema it stands beside.
/// </summary>
internal static class RouteExamples
{
    private const string Summary = """
        {"id":"AAD4ZlE2cYQ0mJ0bq3uKfw","kind":"direct","member_count":2,"role":"member","head":1,
        "last":{"conversation":"AAD4ZlE2cYQ0mJ0bq3uKfw","seq":1,"time":1795000000123,
        "cid":"019e1c5e-8a11-7b0c-9b1e-0d8f6a2b3c4d","from":"AACKm2Vb0Ckz3oUuV1Yg7A","kind":"message","text":"hello"},
        "delivered":1,"read":1,"peer":"AABsG7n1Xr2m0pWqT5cZ4w","peer_username":"bob",
        "others":[{"user":"AABsG7n1Xr2m0pWqT5cZ4w"}]}
        """;

    private const string Tokens = """
        {"access_token":"eyJhbGciOiJFUzI1NiIs...","expires_at":1795000900123,"refresh_token":"kT0vS1mYc7...",
        "user":"AACKm2Vb0Ckz3oUuV1Yg7A","device":"AADq3Jw8mT5rVb1nXk9LfA"}
        """;

    internal const string ConversationId = "The conversation's id.";

    private static readonly Dictionary<string, RouteExample> Examples = new(StringComparer.Ordinal)
    {
        ["register"] = new(
            """{"username":"alice","password":"correct horse battery"}""",
            """{"user":"AACKm2Vb0Ckz3oUuV1Yg7A"}"""
        ),
        ["create_tokens"] = new(
            """{"grant":"password","username":"alice","password":"correct horse battery","device_name":"laptop"}""",
            Tokens
        ),
        ["end_tokens"] = new(
            Parameters: Describe(("everywhere", "`true` ends the logins of all devices of the user."))
        ),
        ["me"] = new(
            Answer: """
            {"user":"AACKm2Vb0Ckz3oUuV1Yg7A","username":"alice","device":"AADq3Jw8mT5rVb1nXk9LfA",
            "created_at":1795000000000}
            """
        ),
        ["list_devices"] = new(
            Answer: """
            {"devices":[{"id":"AADq3Jw8mT5rVb1nXk9LfA","name":"laptop","created_at":1795000000050,
            "last_used_at":1795000000050,"current":true,"connected":false}]}
            """
        ),
        ["revoke_device"] = new(Parameters: Describe(("id", "The device's id."))),
        ["change_password"] = new("""{"old_password":"correct horse battery","new_password":"staple correct horse"}"""),
        ["delete_account"] = new("""{"password":"correct horse battery"}"""),
        ["export_account"] = new(),
        ["find_user"] = new(
            Answer: """{"id":"AABsG7n1Xr2m0pWqT5cZ4w","username":"bob","direct":"AAD4ZlE2cYQ0mJ0bq3uKfw"}""",
            Parameters: Describe(("username", "The exact name, in any case."))
        ),
        ["list_conversations"] = new(
            Answer: $$"""{"items":[{{Summary}}]}""",
            Parameters: Describe(
                ("after", "The `next` of the page before; absent for the first page."),
                ("limit", "1 to 200; 50 when absent."),
                ("filter", "`accepted`, `requests` or `hidden`; absent for all that is not hidden.")
            )
        ),
        ["get_conversation"] = new(Answer: Summary, Parameters: Describe(("id", ConversationId))),
        ["read_entries"] = new(
            Answer: """
            {"conversation":"AAD4ZlE2cYQ0mJ0bq3uKfw","entries":[{"conversation":"AAD4ZlE2cYQ0mJ0bq3uKfw","seq":1,
            "time":1795000000123,"cid":"019e1c5e-8a11-7b0c-9b1e-0d8f6a2b3c4d","from":"AACKm2Vb0Ckz3oUuV1Yg7A",
            "kind":"message","text":"hello"}]}
            """,
            Parameters: Describe(
                ("id", ConversationId),
                ("before", "Entries below this seq, the highest of them."),
                ("after", "Entries above this seq, the lowest of them; 0 is the beginning."),
                ("around", "Entries on both sides of this seq, and itself."),
                ("limit", "1 to 200; 50 when absent.")
            )
        ),
        ["read_readers"] = new(
            Answer: """{"members":[{"user":"AABsG7n1Xr2m0pWqT5cZ4w","delivered":44,"read":43}]}""",
            Parameters: Describe(("id", ConversationId), ("seq", "The entry's number."))
        ),
        ["send_message"] = new(
            """{"text":"hello","to":"AABsG7n1Xr2m0pWqT5cZ4w"}""",
            """
            {"cid":"019e1c5e-8a11-7b0c-9b1e-0d8f6a2b3c4d","conversation":"AAD4ZlE2cYQ0mJ0bq3uKfw","seq":1,
            "time":1795000000123}
            """,
            Describe(("id", ConversationId), ("Idempotency-Key", "The message's cid, a UUIDv7."))
        ),
    };

    /// <summary>The example of an operation; null when there is none.</summary>
    public static RouteExample? Find(string? operationId) =>
        Examples.GetValueOrDefault(operationId ?? "")
        ?? GroupExamples.All.GetValueOrDefault(operationId ?? "")
        ?? PeopleExamples.All.GetValueOrDefault(operationId ?? "");

    internal static Dictionary<string, string> Describe(params (string Name, string Text)[] parameters) =>
        parameters.ToDictionary(each => each.Name, each => each.Text, StringComparer.Ordinal);
}
