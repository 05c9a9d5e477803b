using System.Text.Json.Serialization;

namespace Connect.Client.People;

/// <summary>The bodies of the calls about other users.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(ContactsAnswer))]
[JsonSerializable(typeof(BlocksAnswer))]
[JsonSerializable(typeof(PrivacyBody))]
[JsonSerializable(typeof(PatchBody))]
internal sealed partial class PeopleJson : JsonSerializerContext;

internal sealed record ContactsAnswer(IReadOnlyList<ContactAnswer> Contacts);

internal sealed record ContactAnswer(string User, string? Username, string? State, long Since);

internal sealed record BlocksAnswer(IReadOnlyList<BlockAnswer> Blocks);

internal sealed record BlockAnswer(string User, string? Username, long Since);

internal sealed record PrivacyBody(bool? Presence = null, bool? ReadReceipts = null);

internal sealed record PatchBody(
    string? Request = null,
    long? MutedUntil = null,
    bool? Hidden = null,
    long? Seen = null
);
