namespace Connect.Http.OpenApi;

/// <summary>The examples of the operations on contacts, blocks and privacy; see <see cref="RouteExamples"/>.</summary>
internal static class PeopleExamples
{
    private static readonly Dictionary<string, string> OfUser = RouteExamples.Describe(("user", "The user's id."));

    public static readonly IReadOnlyDictionary<string, RouteExample> All = new Dictionary<string, RouteExample>(
        StringComparer.Ordinal
    )
    {
        ["list_contacts"] = new(
            Answer: """
            {"contacts":[{"user":"AABsG7n1Xr2m0pWqT5cZ4w","username":"bob","state":"contact","since":1795000000123}]}
            """
        ),
        ["request_contact"] = new(Parameters: OfUser),
        ["accept_contact"] = new(Parameters: OfUser),
        ["decline_contact"] = new(Parameters: OfUser),
        ["remove_contact"] = new(Parameters: OfUser),
        ["list_blocks"] = new(
            Answer: """{"blocks":[{"user":"AABsG7n1Xr2m0pWqT5cZ4w","username":"bob","since":1795000000123}]}"""
        ),
        ["block_user"] = new(Parameters: OfUser),
        ["unblock_user"] = new(Parameters: OfUser),
        ["get_privacy"] = new(Answer: """{"presence":true,"read_receipts":true}"""),
        ["set_privacy"] = new("""{"read_receipts":false}""", """{"presence":true,"read_receipts":false}"""),
        ["change_conversation"] = new(
            """{"muted_until":1795600000000}""",
            Parameters: RouteExamples.Describe(("id", RouteExamples.ConversationId))
        ),
    };
}
