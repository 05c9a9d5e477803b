using System.Net.Http.Json;
using System.Text.Json.Serialization;
using Role = Connect.Protocol.V1.Role;

namespace Connect.Client.Http;

/// <summary>The HTTP calls about groups. Each may be made again: it then finds what it asks for done.</summary>
internal sealed class GroupApi(AccountApi api)
{
    private const string KeyHeader = "Idempotency-Key";

    public Task<ChangeAnswer> CreateAsync(
        string token,
        string key,
        string title,
        IReadOnlyList<string> users,
        CancellationToken cancellationToken
    ) =>
        api.CallAsync(
            HttpMethod.Post,
            "v1/conversations",
            JsonContent.Create(new GroupBody(title, users), GroupJson.Default.GroupBody),
            token,
            GroupJson.Default.ChangeAnswer,
            cancellationToken,
            (KeyHeader, key)
        );

    public Task<ChangeAnswer> AddAsync(
        string token,
        string key,
        string conversation,
        IReadOnlyList<string> users,
        CancellationToken cancellationToken
    ) =>
        api.CallAsync(
            HttpMethod.Post,
            $"{PathOf(conversation)}/members",
            JsonContent.Create(new UsersBody(users), GroupJson.Default.UsersBody),
            token,
            GroupJson.Default.ChangeAnswer,
            cancellationToken,
            (KeyHeader, key)
        );

    public Task<ChangeAnswer> RenameAsync(
        string token,
        string conversation,
        string title,
        CancellationToken cancellationToken
    ) =>
        api.CallAsync(
            HttpMethod.Put,
            $"{PathOf(conversation)}/title",
            JsonContent.Create(new TitleBody(title), GroupJson.Default.TitleBody),
            token,
            GroupJson.Default.ChangeAnswer,
            cancellationToken
        );

    public Task<ChangeAnswer> SetRoleAsync(
        string token,
        string conversation,
        string user,
        Role role,
        CancellationToken cancellationToken
    ) =>
        api.CallAsync(
            HttpMethod.Put,
            $"{PathOf(conversation)}/members/{Uri.EscapeDataString(user)}/role",
            JsonContent.Create(new RoleBody(role.ToString().ToLowerInvariant()), GroupJson.Default.RoleBody),
            token,
            GroupJson.Default.ChangeAnswer,
            cancellationToken
        );

    public Task<ChangeAnswer> RemoveAsync(
        string token,
        string conversation,
        string user,
        CancellationToken cancellationToken
    ) => DeleteAsync(token, $"{PathOf(conversation)}/members/{Uri.EscapeDataString(user)}", cancellationToken);

    public Task<ChangeAnswer> WithdrawAsync(
        string token,
        string conversation,
        string user,
        CancellationToken cancellationToken
    ) => DeleteAsync(token, $"{PathOf(conversation)}/invites/{Uri.EscapeDataString(user)}", cancellationToken);

    public Task<MembersAnswer> MembersAsync(string token, string conversation, CancellationToken cancellationToken) =>
        api.CallAsync(
            HttpMethod.Get,
            $"{PathOf(conversation)}/members",
            null,
            token,
            GroupJson.Default.MembersAnswer,
            cancellationToken
        );

    public Task<InvitesAnswer> InvitesAsync(string token, CancellationToken cancellationToken) =>
        api.CallAsync(HttpMethod.Get, "v1/invites", null, token, GroupJson.Default.InvitesAnswer, cancellationToken);

    public Task<ChangeAnswer> AnswerAsync(
        string token,
        string conversation,
        bool accept,
        CancellationToken cancellationToken
    ) =>
        api.CallAsync(
            HttpMethod.Post,
            $"v1/invites/{Uri.EscapeDataString(conversation)}/{(accept ? "accept" : "decline")}",
            null,
            token,
            GroupJson.Default.ChangeAnswer,
            cancellationToken
        );

    private static string PathOf(string conversation) => $"v1/conversations/{Uri.EscapeDataString(conversation)}";

    private Task<ChangeAnswer> DeleteAsync(string token, string path, CancellationToken cancellationToken) =>
        api.CallAsync(HttpMethod.Delete, path, null, token, GroupJson.Default.ChangeAnswer, cancellationToken);
}

/// <summary>The bodies of the calls about groups.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(GroupBody))]
[JsonSerializable(typeof(TitleBody))]
[JsonSerializable(typeof(UsersBody))]
[JsonSerializable(typeof(RoleBody))]
[JsonSerializable(typeof(ChangeAnswer))]
[JsonSerializable(typeof(MembersAnswer))]
[JsonSerializable(typeof(InvitesAnswer))]
internal sealed partial class GroupJson : JsonSerializerContext;

internal sealed record GroupBody(string Title, IReadOnlyList<string> Members);

internal sealed record TitleBody(string Title);

internal sealed record UsersBody(IReadOnlyList<string> Users);

internal sealed record RoleBody(string Role);

internal sealed record ChangeAnswer(
    string Conversation,
    IReadOnlyList<string>? Added = null,
    IReadOnlyList<string>? Invited = null
);

internal sealed record MembersAnswer(IReadOnlyList<MemberAnswer> Members);

internal sealed record MemberAnswer(string User, string? Username, string? Role, string? InvitedBy);

internal sealed record InvitesAnswer(IReadOnlyList<InviteAnswer> Invites);

internal sealed record InviteAnswer(
    string Conversation,
    string Title,
    int MemberCount,
    string InvitedBy,
    string? InvitedByUsername,
    long InvitedAt,
    long ExpiresAt
);
