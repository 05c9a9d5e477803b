using Connect.Protocol.V1;
using Connect.Tests.Repository;
using Xunit;

namespace Connect.Tests.Http;

/// <summary>The table of roles lacks no operation, and the document shows it.</summary>
public sealed class RoleTableTests
{
    [Fact]
    public async Task Every_route_of_a_conversation_is_in_the_table()
    {
        await using var http = await HttpPipeline.StartAsync();
        var mapped = http.Routes.Where(route =>
            route.Contains("/conversations/{id}", StringComparison.Ordinal)
            || route.Contains("/invites/{id}", StringComparison.Ordinal)
        );
        var listed = RoleTable.Routes.Select(row => $"{row.Method} {General(row.Path)}");

        Assert.Equal(Sorted(mapped), Sorted(listed));

        static IEnumerable<string> Sorted(IEnumerable<string> routes) =>
            routes.Distinct().Order(StringComparer.Ordinal);
    }

    [Fact]
    public void Every_kind_of_frame_is_in_the_table_or_concerns_the_session_alone() =>
        Assert.Equal(
            Enum.GetValues<ClientFrame.BodyOneofCase>(),
            RoleTable.Frames.Select(row => row.Kind).Concat(RoleTable.OfTheSession).Order()
        );

    [Fact]
    public void Every_actor_has_an_answer()
    {
        Assert.All(RoleTable.Routes, row => Assert.Equal(RoleTable.Actors.Length, row.Expected.Length));
        Assert.All(RoleTable.Frames, row => Assert.Equal(RoleTable.Actors.Length, row.Expected.Length));
    }

    [Fact]
    public void The_document_shows_the_table()
    {
        var lines = RepositoryFiles.Read("docs/groups.md").Split('\n').Where(line => line.StartsWith('|'));

        Assert.Equal(RoleTable.Markdown(), lines);
    }

    private static string General(string path) =>
        path.Replace("{other}", "{user}", StringComparison.Ordinal)
            .Replace("{self}", "{user}", StringComparison.Ordinal)
            .Replace("{invited}", "{user}", StringComparison.Ordinal);
}
