using System.Text.Json.Serialization;

namespace Connect.Client.Accounts;

/// <summary>The bodies of the HTTP calls.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(RegisterBody))]
[JsonSerializable(typeof(TokenBody))]
[JsonSerializable(typeof(TokenAnswer))]
[JsonSerializable(typeof(FoundUser))]
[JsonSerializable(typeof(Self))]
[JsonSerializable(typeof(DevicesAnswer))]
[JsonSerializable(typeof(PasswordBody))]
[JsonSerializable(typeof(DeleteBody))]
[JsonSerializable(typeof(Problem))]
internal sealed partial class AccountJson : JsonSerializerContext;

internal sealed record RegisterBody(string Username, string Password);

internal sealed record TokenBody(
    string Grant,
    string? Username = null,
    string? Password = null,
    string? DeviceName = null,
    string? DeviceId = null,
    string? RefreshToken = null
);

internal sealed record TokenAnswer(string AccessToken, long ExpiresAt, string RefreshToken, string User, string Device);

internal sealed record Self(string User);

internal sealed record FoundUser(string Id, string Username, string? Direct);

/// <summary>An error answer (RFC 9457) with the numbers of the protocol.</summary>
internal sealed record Problem(int Code, string? Name, string? Detail, string? Title, long? RetryAfterMs);

internal sealed record DeviceAnswer(
    string Id,
    string Name,
    long CreatedAt,
    long? LastUsedAt,
    bool Current,
    bool Connected
);

internal sealed record DevicesAnswer(IReadOnlyList<DeviceAnswer> Devices);

internal sealed record PasswordBody(string OldPassword, string NewPassword);

internal sealed record DeleteBody(string Password);
