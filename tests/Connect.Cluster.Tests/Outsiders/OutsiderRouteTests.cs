using System.Text.Json;
using System.Text.Json.Nodes;
using Xunit;
using ErrorCode = Connect.Protocol.ErrorCode;

namespace Connect.Cluster.Tests.Outsiders;

/// <summary>What outsiders learn over HTTP: each route, each kind of outsider.</summary>
[Collection(OutsiderCases.Name)]
public sealed class OutsiderRouteTests(OutsiderWorld world)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_route_of_the_server_has_a_row()
    {
        var document = JsonDocument.Parse(await world.Http.GetStringAsync("/openapi/v1.json", Cancellation));
        var served = document
            .RootElement.GetProperty("paths")
            .EnumerateObject()
            .SelectMany(path =>
                path.Value.EnumerateObject().Select(each => $"{each.Name.ToUpperInvariant()} {path.Name}")
            )
            .ToList();
        Assert.NotEmpty(served);
        Assert.Equal(served.Order(), RouteTable.All.Select(row => row.Route).Distinct().Order());
    }

    [Fact]
    public async Task What_names_a_conversation_is_answered_as_if_it_did_not_exist_and_changes_nothing()
    {
        var before = await world.SnapshotAsync();
        var wrong = new List<string>();
        foreach (var row in RouteTable.All.Where(row => row.Scope == Scope.Conversation))
        {
            foreach (var (outsider, user) in world.Outsiders)
            {
                if (outsider == Outsider.Invited && row.ByRight)
                {
                    continue;
                }

                var nothing = await world.AskAsync(row, user, OutsiderWorld.NoConversation(), world.Bob.Id);
                var malformed = await world.AskAsync(row, user, "nonsense", world.Bob.Id);
                var direct = await world.AskAsync(row, user, world.Direct, world.Bob.Id);
                var group = await world.AskAsync(row, user, world.Group, world.Bob.Id);
                Check(CodeOf(nothing.Body) == ErrorCode.NotFound, "what is not there", nothing);
                Check(Plain(malformed) == Plain(nothing), "what is no id", malformed);
                Check(Plain(direct) == Plain(nothing), "the direct conversation of others", direct);
                var told = row.Told!.To(outsider);
                Check(CodeOf(group.Body) == told, $"the group, expected {told}", group);
                Check(!group.Body.Contains(OutsiderWorld.SecretText, StringComparison.Ordinal), "the text", group);
                Check(!group.Body.Contains(OutsiderWorld.SecretTitle, StringComparison.Ordinal), "the title", group);
                Check(told != ErrorCode.NotFound || Plain(group) == Plain(nothing), "the group", group);

                void Check(bool isRight, string what, (int, string) answer)
                {
                    if (!isRight)
                    {
                        wrong.Add($"{row.Route} {outsider}, {what}: {answer}; what is not there: {nothing}");
                    }
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
        Assert.Equal(before, await world.SnapshotAsync());
    }

    [Fact]
    public async Task Who_blocks_is_answered_like_a_user_who_does_not_exist()
    {
        var blocked = world.Outsiders[Outsider.Blocked];
        foreach (var row in RouteTable.All.Where(row => row.Scope == Scope.User))
        {
            var nobody = await world.AskAsync(row, blocked, "-", OutsiderWorld.NoUser());
            Assert.True(nobody.Status < 500, $"{row.Route}: {nobody}");
            var ann = await world.AskAsync(row, blocked, "-", world.Ann.Id);
            Assert.True(Plain(nobody) == Plain(ann), $"{row.Route}: {nobody}, of who blocks: {ann}");
        }

        // Of a group member who does not block, the blocked one sees no more than of anybody.
        var other = new RouteRow("POST /v1/contacts/{user}/accept", Scope.User);
        var bob = await world.AskAsync(other, blocked, "-", world.Bob.Id);
        Assert.Equal(ErrorCode.NotFound, CodeOf(bob.Body));
    }

    [Fact]
    public async Task Own_data_holds_nothing_of_the_conversations_of_others()
    {
        foreach (var (outsider, user) in world.Outsiders)
        {
            foreach (var row in RouteTable.OwnReads)
            {
                var (status, body) = await world.AskAsync(row, user, "-", "--");
                Assert.True(status is 200 or 404, $"{row.Route} {outsider}: {status} {body}");
                Assert.DoesNotContain(OutsiderWorld.SecretText, body, StringComparison.Ordinal);
                Assert.DoesNotContain(world.Direct, body, StringComparison.Ordinal);
                Assert.DoesNotContain(world.Bob.Id, outsider == Outsider.Removed ? "" : body, StringComparison.Ordinal);
                if (outsider == Outsider.Invited && row.Route == "GET /v1/invites")
                {
                    // Whom somebody invites, they tell what to.
                    Assert.Contains(OutsiderWorld.SecretTitle, body, StringComparison.Ordinal);
                    continue;
                }

                var isLeak = body.Contains(OutsiderWorld.SecretTitle, StringComparison.Ordinal);
                Assert.False(isLeak, $"{row.Route} {outsider}: {body}");
                if (outsider != Outsider.Removed)
                {
                    Assert.False(
                        body.Contains(world.Group, StringComparison.Ordinal),
                        $"{row.Route} {outsider}: {body}"
                    );
                }
            }
        }
    }

    [Fact]
    public async Task Without_a_token_no_route_says_anything()
    {
        foreach (var row in RouteTable.All.Where(row => row.Scope != Scope.Door))
        {
            var there = await world.AskAsync(row, null, world.Group, world.Bob.Id);
            var nothing = await world.AskAsync(row, null, OutsiderWorld.NoConversation(), OutsiderWorld.NoUser());
            Assert.True(there.Status == 401, $"{row.Route}: {there}");
            Assert.Equal(ErrorCode.Unauthenticated, CodeOf(there.Body));
            Assert.Equal(Plain(nothing), Plain(there));
        }
    }

    private static ErrorCode CodeOf(string body) =>
        body.Length > 0 && JsonNode.Parse(body)!["code"] is { } code ? (ErrorCode)code.GetValue<int>() : ErrorCode.None;

    /// <summary>The answer without the number of the request in the server's log.</summary>
    private static string Plain((int Status, string Body) answer)
    {
        if (answer.Body.Length == 0)
        {
            return $"{answer.Status}";
        }

        var body = JsonNode.Parse(answer.Body)!.AsObject();
        body.Remove("request_id");
        return $"{answer.Status} {body.ToJsonString()}";
    }
}
