namespace Connect.Cluster.Tests.Outsiders;

/// <summary>A route of the server and what outsiders learn from it.</summary>
/// <param name="Route">Method and path as in the OpenAPI document.</param>
/// <param name="Scope">What it is about.</param>
/// <param name="Told">Of a conversation: what each outsider is answered.</param>
/// <param name="Body">What is sent.</param>
/// <param name="Query">What follows the path.</param>
/// <param name="ByRight">Invited ones may do this: theirs, so they are not asked.</param>
internal sealed record RouteRow(
    string Route,
    Scope Scope,
    Told? Told = null,
    object? Body = null,
    string Query = "",
    bool ByRight = false
)
{
    public HttpMethod Method => new(Route.Split(' ')[0]);

    /// <summary>With the ids filled in.</summary>
    public string Path(string conversation, string user) =>
        Route
            .Split(' ')[1]
            .Replace("{id}", conversation, StringComparison.Ordinal)
            .Replace("{user}", user, StringComparison.Ordinal)
            .Replace("{seq}", "1", StringComparison.Ordinal) + Query;
}
