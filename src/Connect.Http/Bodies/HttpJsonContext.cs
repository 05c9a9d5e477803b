using System.Text.Json;
using System.Text.Json.Serialization;
using Connect.Doors.Problems;

namespace Connect.Http.Bodies;

/// <summary>The source-generated JSON contract of our bodies, named and as strict as the frames.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    MaxDepth = MaxDepth
)]
[JsonSerializable(typeof(RegisterRequest))]
[JsonSerializable(typeof(RegisterResponse))]
[JsonSerializable(typeof(TokenRequest))]
[JsonSerializable(typeof(TokenResponse))]
[JsonSerializable(typeof(MeResponse))]
[JsonSerializable(typeof(DevicesResponse))]
[JsonSerializable(typeof(PasswordRequest))]
[JsonSerializable(typeof(DeleteAccountRequest))]
[JsonSerializable(typeof(UserResponse))]
[JsonSerializable(typeof(MessageRequest))]
[JsonSerializable(typeof(GroupRequest))]
[JsonSerializable(typeof(TitleRequest))]
[JsonSerializable(typeof(MembersRequest))]
[JsonSerializable(typeof(RoleRequest))]
[JsonSerializable(typeof(ChangeResponse))]
[JsonSerializable(typeof(MembersResponse))]
[JsonSerializable(typeof(InvitesResponse))]
[JsonSerializable(typeof(ContactsResponse))]
[JsonSerializable(typeof(BlocksResponse))]
[JsonSerializable(typeof(PrivacyBody))]
[JsonSerializable(typeof(ConversationPatch))]
[JsonSerializable(typeof(Problem))]
internal sealed partial class HttpJsonContext : JsonSerializerContext
{
    private const int MaxDepth = 16;

    /// <summary>Applies this contract to the framework's own body binding.</summary>
    public static void Apply(JsonSerializerOptions options)
    {
        options.TypeInfoResolverChain.Insert(0, Default);
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.AllowDuplicateProperties = false;
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.MaxDepth = MaxDepth;
    }
}
