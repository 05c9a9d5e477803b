using System.Text.Json.Serialization;

namespace Connect.Client.Groups;

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
