namespace Connect.Http.OpenApi;

/// <summary>The examples of the operations on groups; see <see cref="RouteExamples"/>.</summary>
internal static class GroupExamples
{
    private const string User = "The user's id.";
    private const string Key = "A UUIDv7 of the caller's choice, the same when the request is sent again.";

    private const string Changed = """
        {"conversation":"AAB1c2V0cyBvZiBhIGdyb3VwIQ","seq":7,"time":1795000000123}
        """;

    private static readonly Dictionary<string, string> OfConversation = RouteExamples.Describe(
        ("id", RouteExamples.ConversationId)
    );

    private static readonly Dictionary<string, string> OfUser = RouteExamples.Describe(
        ("id", RouteExamples.ConversationId),
        ("user", User)
    );

    public static readonly IReadOnlyDictionary<string, RouteExample> All = new Dictionary<string, RouteExample>(
        StringComparer.Ordinal
    )
    {
        ["create_group"] = new(
            """{"title":"Plans","members":["AABsG7n1Xr2m0pWqT5cZ4w"]}""",
            """
            {"conversation":"AAB1c2V0cyBvZiBhIGdyb3VwIQ","seq":1,"time":1795000000123,
            "added":["AACw9dT0b2xkIGZyaWVuZHMgMg"],"invited":["AABsG7n1Xr2m0pWqT5cZ4w"]}
            """,
            RouteExamples.Describe(("Idempotency-Key", Key))
        ),
        ["set_title"] = new("""{"title":"Better plans"}""", Changed, OfConversation),
        ["list_members"] = new(
            Answer: """
            {"members":[{"user":"AACKm2Vb0Ckz3oUuV1Yg7A","username":"alice","role":"owner","since":1},
            {"user":"AABsG7n1Xr2m0pWqT5cZ4w","username":"bob","invited_by":"AACKm2Vb0Ckz3oUuV1Yg7A",
            "invited_at":1795000000123}]}
            """,
            Parameters: OfConversation
        ),
        ["add_members"] = new(
            """{"users":["AABsG7n1Xr2m0pWqT5cZ4w"]}""",
            """
            {"conversation":"AAB1c2V0cyBvZiBhIGdyb3VwIQ","seq":7,"time":1795000000123,
            "added":["AABsG7n1Xr2m0pWqT5cZ4w"],"invited":["AACw9dT0b2xkIGZyaWVuZHMgMg"]}
            """,
            RouteExamples.Describe(("id", RouteExamples.ConversationId), ("Idempotency-Key", Key))
        ),
        ["remove_member"] = new(Answer: Changed, Parameters: OfUser),
        ["set_role"] = new("""{"role":"admin"}""", Changed, OfUser),
        ["withdraw_invite"] = new(Answer: Changed, Parameters: OfUser),
        ["list_invites"] = new(
            Answer: """
            {"invites":[{"conversation":"AAB1c2V0cyBvZiBhIGdyb3VwIQ","title":"Plans","member_count":3,
            "invited_by":"AACKm2Vb0Ckz3oUuV1Yg7A","invited_by_username":"alice","invited_at":1795000000123,
            "expires_at":1797592000123}]}
            """
        ),
        ["accept_invite"] = new(Answer: Changed, Parameters: OfConversation),
        ["decline_invite"] = new(Answer: Changed, Parameters: OfConversation),
    };
}
