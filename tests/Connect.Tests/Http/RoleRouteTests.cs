using System.Net;
using Xunit;

namespace Connect.Tests.Http;

/// <summary>Who may do what in a group over HTTP: every role, every operation.</summary>
public sealed class RoleRouteTests
{
    private static readonly string[] Actors = ["owner", "admin", "member", "invited", "former", "outsider"];

    /// <summary>For the owner, an admin, a member, an invited user, a former member and an outsider.</summary>
    public static TheoryData<string, string, string?, int[]> Operations =>
        new()
        {
            { "GET", "/v1/conversations/{id}/members", null, [200, 200, 200, 301, 306, 301] },
            { "GET", "/v1/conversations/{id}", null, [200, 200, 200, 301, 301, 301] },
            { "GET", "/v1/conversations/{id}/entries", null, [200, 200, 200, 301, 200, 301] },
            { "PUT", "/v1/conversations/{id}/title", """{"title":"new"}""", [200, 200, 203, 203, 306, 301] },
            { "POST", "/v1/conversations/{id}/members", """{"users":["{new}"]}""", [200, 200, 203, 203, 306, 301] },
            { "DELETE", "/v1/conversations/{id}/members/{other}", null, [200, 200, 203, 203, 306, 301] },
            { "DELETE", "/v1/conversations/{id}/members/{self}", null, [200, 200, 200, 203, 306, 301] },
            {
                "PUT",
                "/v1/conversations/{id}/members/{other}/role",
                """{"role":"admin"}""",
                [200, 200, 203, 203, 306, 301]
            },
            {
                "PUT",
                "/v1/conversations/{id}/members/{other}/role",
                """{"role":"owner"}""",
                [200, 203, 203, 203, 306, 301]
            },
            { "DELETE", "/v1/conversations/{id}/invites/{invited}", null, [200, 200, 203, 203, 306, 301] },
            { "POST", "/v1/invites/{id}/accept", null, [200, 200, 200, 200, 306, 301] },
            { "POST", "/v1/invites/{id}/decline", null, [302, 302, 302, 200, 306, 301] },
            { "POST", "/v1/conversations/{id}/messages", """{"text":"hi"}""", [201, 201, 201, 203, 306, 301] },
            { "PATCH", "/v1/conversations/{id}", """{"muted_until":0}""", [204, 204, 204, 301, 301, 301] },
        };

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task Every_role_gets_its_answer(string method, string path, string? body, int[] expected)
    {
        await using var world = await ChatWorld.StartAsync([.. Actors, "other", "new"]);
        for (var i = 0; i < Actors.Length; i++)
        {
            var group = await world.GroupAsync("owner", "admin", "member", "former", "other");
            await world.DoAsync(
                "owner",
                "PUT",
                $"/v1/conversations/{group}/members/{world.Id("admin")}/role",
                """{"role":"admin"}"""
            );
            await world.InviteAsync("owner", group, "invited");
            await world.DoAsync("owner", "DELETE", $"/v1/conversations/{group}/members/{world.Id("former")}");

            var answer = await world.SendKeyedAsync(
                Actors[i],
                method,
                Fill(path, world, group, Actors[i]),
                body is null ? null : Fill(body, world, group, Actors[i])
            );

            // 203 is an error of the protocol; no route answers with that status.
            if (expected[i] is 200 or 201 or 204)
            {
                Assert.True(answer.Status == (HttpStatusCode)expected[i], $"{Actors[i]}: {answer.Body}");
            }
            else
            {
                answer.Problem((ErrorCode)expected[i]);
            }
        }
    }

    private static string Fill(string text, ChatWorld world, string group, string self) =>
        text.Replace("{id}", group, StringComparison.Ordinal)
            .Replace("{self}", world.Id(self), StringComparison.Ordinal)
            .Replace("{other}", world.Id("other"), StringComparison.Ordinal)
            .Replace("{invited}", world.Id("invited"), StringComparison.Ordinal)
            .Replace("{new}", world.Id("new"), StringComparison.Ordinal);
}
