using System.IO.Pipelines;
using System.Net;
using System.Text.Json;
using Connect.Accounts.Deletion;
using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Refusals;
using Connect.Contracts.Storage;
using Connect.Http.Exports;
using Connect.Tests.Gateway;
using Connect.Tests.Identity;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Connect.Tests.Http;

/// <summary>The export of one's data and the end of an account.</summary>
public sealed class AccountLifeRouteTests
{
    private static readonly string Proof = JsonSerializer.Serialize(new { password = IdentityWorld.Password });

    [Fact]
    public async Task An_export_has_everything_the_user_may_see_in_order_and_nothing_of_others()
    {
        await using var http = await HttpPipeline.StartAsync();
        var (token, annId) = await http.LoginAsync("ann");
        var (_, bobId) = await http.LoginAsync("bob");
        var (_, carlId) = await http.LoginAsync("carl");
        var (ann, bob, carl) = (User(annId), User(bobId), User(carlId));
        var ids = http.Services.GetRequiredService<IDirectConversationIds>();
        for (var i = 1; i <= 450; i++)
        {
            http.Conversations.Write(ids.Derive(ann, bob), i % 2 == 0 ? ann : bob, i % 2 == 0 ? bob : ann, $"text {i}");
        }

        http.Conversations.Write(ids.Derive(ann, carl), carl, ann, "from carl");
        http.Conversations.Write(ids.Derive(bob, carl), carl, bob, "not for ann");

        var answer = await http.SendAsync("GET", "/v1/me/export", token: token);

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal("no-store", answer.Headers.CacheControl.ToString());
        var export = answer.Json;
        Assert.Equal("connect-export-1", export.GetProperty("format").GetString());
        Assert.Equal(
            ("ann", annId),
            (Text(export.GetProperty("account"), "username"), Text(export.GetProperty("account"), "user"))
        );
        Assert.Single(export.GetProperty("devices").EnumerateArray());
        Assert.DoesNotContain("not for ann", answer.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("argon2", answer.Body, StringComparison.Ordinal);
        var talk = export
            .GetProperty("conversations")
            .EnumerateArray()
            .Single(each => Text(each, "id") == ids.Derive(ann, bob).ToString());
        Assert.Equal(450, talk.GetProperty("summary").GetProperty("head").GetInt64());
        Assert.Equal(bobId, Text(talk.GetProperty("summary"), "peer"));
        Assert.Equal(
            Enumerable.Range(1, 450).Select(i => ((long)i, $"text {i}")),
            talk.GetProperty("entries")
                .EnumerateArray()
                .Select(e => (e.GetProperty("seq").GetInt64(), Text(e, "text")!))
        );
        Assert.Equal(2, export.GetProperty("conversations").GetArrayLength());
    }

    [Fact]
    public async Task A_user_has_one_export_at_a_time_and_a_node_a_few()
    {
        await using var http = await HttpPipeline.StartAsync();
        var (token, ann) = await http.LoginAsync("ann");
        var gate = http.Services.GetRequiredService<ExportGate>();
        Assert.True(gate.TryEnter(User(ann), out _));

        var refused = await http.SendAsync("GET", "/v1/me/export", token: token);
        refused.Problem(ErrorCode.RateLimited);
        Assert.NotEmpty(refused.Headers.RetryAfter.ToString());
        gate.Leave(User(ann));
        foreach (var _ in Enumerable.Range(0, 4))
        {
            Assert.True(gate.TryEnter(UserId.NewRandom(), out var _));
        }

        (await http.SendAsync("GET", "/v1/me/export", token: token)).Problem(ErrorCode.Overloaded);
    }

    [Fact]
    public async Task An_export_that_is_read_too_slowly_gives_its_place_to_others()
    {
        await using var http = await HttpPipeline.StartAsync();
        var (_, ann) = await http.LoginAsync("ann");
        var unread = new Pipe(new(pauseWriterThreshold: 2, resumeWriterThreshold: 1));
        var export = http.Services.GetRequiredService<AccountExport>();
        var writing = export.WriteAsync(User(ann), unread.Writer, TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(
            () =>
            {
                http.Time.Advance(TimeSpan.FromSeconds(1));
                return writing.IsCompleted;
            },
            "the end of the export"
        );
        await Assert.ThrowsAsync<TimeoutException>(() => writing);
    }

    [Fact]
    public async Task An_account_is_deleted_by_whoever_knows_its_password_and_its_name_is_free_again()
    {
        await using var http = await HttpPipeline.StartAsync();
        var (token, ann) = await http.LoginAsync("ann");
        var (other, _) = await http.LoginAsync("ann");
        var (bob, bobId) = await http.LoginAsync("bob");
        var direct = http.Services.GetRequiredService<IDirectConversationIds>().Derive(User(ann), User(bobId));
        http.Conversations.Write(direct, User(ann), User(bobId), "hello");

        (await http.SendAsync("DELETE", "/v1/me", token: token)).Problem(ErrorCode.Invalid);
        (await http.SendAsync("DELETE", "/v1/me", """{"password":"wrong one"}""", token)).Problem(
            ErrorCode.Unauthenticated
        );
        var begun = await http.SendAsync("DELETE", "/v1/me", Proof, token);
        Assert.Equal(HttpStatusCode.Accepted, begun.Status);

        (await http.SendAsync("GET", "/v1/me", token: token)).Problem(ErrorCode.Unauthenticated);
        (await http.SendAsync("GET", "/v1/me", token: other)).Problem(ErrorCode.Unauthenticated);
        (await http.SendAsync("GET", "/v1/users?username=ann", token: bob)).Problem(ErrorCode.NotFound);
        var deletions = http.Services.GetRequiredService<IDeletionStore>();
        await Eventually.TrueAsync(
            () => deletions.ReadStateAsync(User(ann), default).AsTask().Result == DeletionState.Done,
            "the deletion is done"
        );
        var (_, next) = await http.LoginAsync("ann");
        Assert.NotEqual(ann, next);

        var summary = (await http.SendAsync("GET", $"/v1/conversations/{direct}", token: bob)).Json;
        Assert.Equal(ann, Text(summary, "peer"));
        Assert.False(summary.TryGetProperty("peer_username", out _));
        var entries = (await http.SendAsync("GET", $"/v1/conversations/{direct}/entries", token: bob)).Json;
        Assert.Equal("hello", Text(entries.GetProperty("entries")[0], "text"));
        var send = JsonSerializer.Serialize(new { text = "still there?", to = ann });
        (
            await http.SendAsync(
                "POST",
                $"/v1/conversations/{direct}/messages",
                send,
                bob,
                ("Idempotency-Key", TestClient.NewCid().ToString())
            )
        ).Problem(ErrorCode.Forbidden);
    }

    [Theory]
    [InlineData(5 * 60, true)]
    [InlineData((5 * 60) + 1, false)]
    public async Task A_user_of_an_outside_issuer_deletes_the_account_with_a_fresh_token(int age, bool isFresh)
    {
        await using var http = await HttpPipeline.StartAsync();
        var cancel = TestContext.Current.CancellationToken;
        var user = UserId.NewRandom();
        var account = new Account(user, "eve", "eve", null, 1, false, 1) { External = new("https://issuer", "1") };
        await http.Services.GetRequiredService<IUserStore>().CreateAsync(account);
        var issuedAt = http.Time.GetUtcNow().AddSeconds(-age).ToUnixTimeMilliseconds();
        var end = http.Services.GetRequiredService<AccountEnd>();

        // A token of ours proves nothing of an account that has no password.
        Assert.Equal(RefusalReason.Invalid, (await end.BeginAsync(user, null, "", cancel))!.Reason);
        Assert.Equal(RefusalReason.Unauthenticated, (await end.BeginAsync(user, null, "guess at it", cancel))!.Reason);
        var refusal = await end.BeginAsync(user, issuedAt, null, cancel);

        Assert.Equal(isFresh ? null : RefusalReason.Forbidden, refusal?.Reason);
    }

    private static UserId User(string text) => UserId.TryParse(text, out var id) ? id : default;

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();
}
