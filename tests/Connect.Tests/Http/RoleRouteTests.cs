using System.Net;
using Xunit;

namespace Connect.Tests.Http;

/// <summary>Who may do what in a group over HTTP: every role, every operation.</summary>
public sealed class RoleRouteTests
{
    public static TheoryData<int> Rows => [.. Enumerable.Range(0, RoleTable.Routes.Length)];

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Every_role_gets_its_answer(int row)
    {
        var (method, path, body, expected) = RoleTable.Routes[row];
        await using var world = await RoleWorld.StartAsync();
        for (var i = 0; i < RoleTable.Actors.Length; i++)
        {
            var group = await world.NewGroupAsync();

            var answer = await world.Chat.SendKeyedAsync(
                RoleTable.Actors[i],
                method,
                world.Fill(path, group, RoleTable.Actors[i]),
                body is null ? null : world.Fill(body, group, RoleTable.Actors[i])
            );

            // 203 is an error of the protocol; no route answers with that status.
            if (expected[i] is 200 or 201 or 204)
            {
                Assert.True(
                    answer.Status == (HttpStatusCode)expected[i],
                    $"{method} {path} by {RoleTable.Actors[i]}: {answer.Body}"
                );
            }
            else
            {
                answer.Problem((ErrorCode)expected[i]);
            }
        }
    }
}
