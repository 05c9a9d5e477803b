using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Connect.Cluster.Tests.Processes;
using Connect.Cluster.Tests.Resends;
using Xunit;
using ErrorCode = Connect.Protocol.ErrorCode;

namespace Connect.Cluster.Tests.Texts;

/// <summary>The strings of the table as titles, usernames, names of devices and passwords.</summary>
public sealed class NameTests(ResendServer shared) : IClassFixture<ResendServer>
{
    /// <summary>What looks like a username and is none, or becomes one when somebody changes its case.</summary>
    private static readonly string[] LookAlikes =
    [
        "\u212Aelvin", // the sign of the unit, whose lower case is k
        "\uFF41\uFF42\uFF43",
        "al\u0456ce",
        "\uFB01nn",
        "ali\u0131",
        "I\u0307lker",
        "alice\u200B",
        "alice\u202E",
        "١٢٣",
    ];

    [Fact]
    public async Task A_title_comes_out_as_it_went_in_or_is_refused_and_leaves_nothing()
    {
        await using var world = await ResendWorld.JoinAsync(shared.Server);
        var kept = new Dictionary<string, TextCase>();
        foreach (var text in TextTable.Whole.Concat(TextTable.Broken))
        {
            foreach (var escaped in text.Escaped is null ? new[] { false } : [false, true])
            {
                byte[] body = [.. "{\"title\":"u8, .. TextWire.JsonString(text, escaped), (byte)'}'];
                var key = Sends.NewCid();
                var (code, field) = await Posts.PostAsync(
                    world.Http,
                    world.Ann,
                    "/v1/conversations",
                    key,
                    body,
                    world.Deadline
                );
                Assert.True(text.AsTitle == code, $"{text}: {code}");
                if (code == ErrorCode.None)
                {
                    var again = await Sends.PostAsync(
                        world.Http,
                        world.Ann,
                        "/v1/conversations",
                        key,
                        new { title = text.Text },
                        world.Deadline
                    );
                    kept.Add(again.Body.GetProperty("conversation").GetString()!, text);
                }
                else if (text.AsMessage != ErrorCode.BadFrame)
                {
                    Assert.Equal("title", field);
                }
            }
        }

        foreach (var restart in new[] { false, true })
        {
            if (restart)
            {
                await world.KillAndRestartAsync();
            }

            var listed = await GetAsync(world, "/v1/conversations?limit=200");
            var titles = listed
                .GetProperty("items")
                .EnumerateArray()
                .ToDictionary(
                    each => each.GetProperty("id").GetString()!,
                    each => each.GetProperty("title").GetString()!
                );
            Assert.Equal(kept.ToDictionary(each => each.Key, each => each.Value.Text), titles);
            foreach (var (group, text) in kept)
            {
                var session = restart ? world.One : world.Two;
                var created = Assert.Single(await session.HistoryAsync(group, world.Deadline));
                Assert.Equal(
                    Convert.ToHexString(text.Bytes),
                    Convert.ToHexString(Encoding.UTF8.GetBytes(created.Change.Title))
                );
            }
        }
    }

    [Fact]
    public async Task A_username_is_plain_or_refused()
    {
        await using var world = await ResendWorld.JoinAsync(shared.Server);
        var lookAlikes = LookAlikes.Select(name => new TextCase(name, Encoding.UTF8.GetBytes(name), null, 0, 0));
        foreach (var name in TextTable.Whole.Concat(TextTable.Broken).Concat(lookAlikes))
        {
            byte[] body =
            [
                .. "{\"username\":"u8,
                .. TextWire.JsonString(name, escaped: false),
                .. Encoding.UTF8.GetBytes($$""","password":"{{TestUser.Password}}"}"""),
            ];
            // All of them are there twice, and would be found the second time if the first had left something.
            for (var time = 0; time < 2; time++)
            {
                var (code, field) = await Posts.PostAsync(world.Http, null, "/v1/accounts", null, body, world.Deadline);
                Assert.True(code == ErrorCode.Invalid, $"{name}: {code}");
                Assert.True(name.AsMessage == ErrorCode.BadFrame || field == "username", $"{name}: {field}");
            }
        }
    }

    [Fact]
    public async Task The_name_of_a_device_is_made_fit_for_a_list()
    {
        await using var world = await ResendWorld.JoinAsync(shared.Server);
        string[] names =
        [
            "Ann's phone",
            "  padded ",
            "a\0b\u001b[2Jc\u009bd\ne",
            "cafe\u0301 👩‍👩‍👧 שלום \u202E",
            new string('n', 127) + "é",
            new string('n', 126) + "é",
        ];
        string[] shown =
        [
            "Ann's phone",
            "padded",
            "a b [2Jc d e",
            "cafe\u0301 👩‍👩‍👧 שלום \u202E",
            new string('n', 127),
            new string('n', 126) + "é",
        ];
        foreach (var name in names)
        {
            using var login = await LoginAsync(world, JsonSerializer.SerializeToUtf8Bytes(name));
            Assert.True(login.IsSuccessStatusCode, await login.Content.ReadAsStringAsync(world.Deadline));
        }

        using var broken = await LoginAsync(world, [(byte)'"', 0xED, 0xA0, 0x80, (byte)'"']);
        Assert.Equal(400, (int)broken.StatusCode);
        await world.KillAndRestartAsync();
        var devices = (await GetAsync(world, "/v1/me/devices")).GetProperty("devices").EnumerateArray();
        // Those of the logins before had no name.
        var listed = devices
            .Select(each => each.GetProperty("name").GetString())
            .Where(each => each != "unnamed device");
        Assert.Equal(shown.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("NUL \0 within it")]
    [InlineData("\u202E\u2066 turned \uFEFF")]
    [InlineData("👩‍👩‍👧👩‍👩‍👧 e\u0301e\u0301")]
    public async Task A_password_counts_as_it_is_typed(string password)
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var client = shared.Server.CreateClient();
        var username = UserNames.New();
        using var registered = await client.PostAsJsonAsync("/v1/accounts", new { username, password }, cancellation);
        Assert.Equal(201, (int)registered.StatusCode);
        await TestUser.LoginAsync(client, username, password, cancellation);
        var other = password.Contains('\0', StringComparison.Ordinal)
            ? password[..(password.IndexOf('\0', StringComparison.Ordinal) + 1)] + " without"
            : password.Normalize() + "\u200B";
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            TestUser.LoginAsync(client, username, other, cancellation)
        );
    }

    private static Task<HttpResponseMessage> LoginAsync(ResendWorld world, byte[] name)
    {
        byte[] body =
        [
            .. Encoding.UTF8.GetBytes($$"""{"grant":"password","username":"{{world.Ann.Username}}","""),
            .. Encoding.UTF8.GetBytes($$""" "password":"{{TestUser.Password}}","device_name":"""),
            .. name,
            (byte)'}',
        ];
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new("application/json");
        return world.Http.PostAsync("/v1/tokens", content, world.Deadline);
    }

    private static async Task<JsonElement> GetAsync(ResendWorld world, string path)
    {
        using var request = world.Ann.Request(HttpMethod.Get, path);
        using var answer = await world.Http.SendAsync(request, world.Deadline);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<JsonElement>(world.Deadline);
    }
}
