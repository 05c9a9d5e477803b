using System.Text.Json;
using Connect.Gateway.Sessions;
using Connect.Protocol.Frames;
using Connect.Protocol.V1;
using Connect.Tests.Gateway;
using Connect.Tests.Identity;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Connect.Tests.Http;

/// <summary>A user for each actor of the <see cref="RoleTable"/>, and groups in which they are that.</summary>
internal sealed class RoleWorld : IAsyncDisposable
{
    public required ChatWorld Chat { get; init; }

    public static async Task<RoleWorld> StartAsync() =>
        new() { Chat = await ChatWorld.StartAsync([.. RoleTable.Actors, "other", "new"]) };

    public ValueTask DisposeAsync() => Chat.DisposeAsync();

    /// <summary>
    /// A group in which each actor is what their name says, with a message before and one after the former left.
    /// </summary>
    public async Task<string> NewGroupAsync()
    {
        var blocked = $"/v1/blocks/{Chat.Id("blocked")}";
        await Chat.DoAsync("owner", "DELETE", blocked);
        var group = await Chat.GroupAsync("owner", "admin", "member", "blocked", "former", "other");
        await Chat.DoAsync("owner", "PUT", blocked);
        var admin = $"/v1/conversations/{group}/members/{Chat.Id("admin")}/role";
        await Chat.DoAsync("owner", "PUT", admin, """{"role":"admin"}""");
        await Chat.InviteAsync("owner", group, "invited");
        await Chat.DoAsync("hidden", "PUT", $"/v1/blocks/{Chat.Id("owner")}");
        await Chat.InviteAsync("owner", group, "hidden");
        await Chat.WriteAsync("other", group);
        await Chat.DoAsync("owner", "DELETE", $"/v1/conversations/{group}/members/{Chat.Id("former")}");
        await Chat.WriteAsync("other", group);
        return group;
    }

    /// <summary>The ids of the users and the group in a path or a body.</summary>
    public string Fill(string text, string group, string self) =>
        text.Replace("{id}", group, StringComparison.Ordinal)
            .Replace("{seq}", "1", StringComparison.Ordinal)
            .Replace("{self}", Chat.Id(self), StringComparison.Ordinal)
            .Replace("{other}", Chat.Id("other"), StringComparison.Ordinal)
            .Replace("{invited}", Chat.Id("invited"), StringComparison.Ordinal)
            .Replace("{new}", Chat.Id("new"), StringComparison.Ordinal);

    /// <summary>A session of an actor after <c>welcome</c>.</summary>
    public async Task<TestClient> ConnectAsync(string name)
    {
        var login = new
        {
            grant = "password",
            username = name,
            password = IdentityWorld.Password,
        };
        var tokens = (await Chat.Http.SendAsync("POST", "/v1/tokens", JsonSerializer.Serialize(login))).Json;
        var services = Chat.Http.Services;
        var link = new TestLink(services.GetRequiredService<TimerWheel>(), FrameCodec.Protobuf);
        var client = new TestClient(services.GetRequiredService<SessionFactory>().Create(link, default), link);
        var hello = new Hello
        {
            Token = tokens.GetProperty("access_token").GetString()!,
            DeviceId = tokens.GetProperty("device").GetString()!,
        };
        var answer = await client.AskAsync(new() { Hello = hello });
        Assert.True(answer.Welcome is not null, answer.ToString());
        return client;
    }
}
