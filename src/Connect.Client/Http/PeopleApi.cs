using System.Net.Http.Json;
using System.Text.Json.Serialization;

namespace Connect.Client.Http;

/// <summary>The HTTP calls about other users. Each may be made again without harm.</summary>
internal sealed class PeopleApi(AccountApi api)
{
    public Task<ContactsAnswer> ContactsAsync(string token, CancellationToken cancellationToken) =>
        api.CallAsync(HttpMethod.Get, "v1/contacts", null, token, PeopleJson.Default.ContactsAnswer, cancellationToken);

    public Task<bool> RequestContactAsync(string token, string user, CancellationToken cancellationToken) =>
        DoAsync(HttpMethod.Put, ContactOf(user), token, cancellationToken);

    public Task<bool> AnswerContactAsync(string token, string user, bool accept, CancellationToken cancellationToken) =>
        DoAsync(HttpMethod.Post, $"{ContactOf(user)}/{(accept ? "accept" : "decline")}", token, cancellationToken);

    public Task<bool> RemoveContactAsync(string token, string user, CancellationToken cancellationToken) =>
        DoAsync(HttpMethod.Delete, ContactOf(user), token, cancellationToken);

    public Task<BlocksAnswer> BlocksAsync(string token, CancellationToken cancellationToken) =>
        api.CallAsync(HttpMethod.Get, "v1/blocks", null, token, PeopleJson.Default.BlocksAnswer, cancellationToken);

    public Task<bool> SetBlockedAsync(string token, string user, bool isBlocked, CancellationToken cancellationToken) =>
        DoAsync(
            isBlocked ? HttpMethod.Put : HttpMethod.Delete,
            $"v1/blocks/{Uri.EscapeDataString(user)}",
            token,
            cancellationToken
        );

    public Task<PrivacyBody> PrivacyAsync(string token, CancellationToken cancellationToken) =>
        api.CallAsync(HttpMethod.Get, "v1/me/privacy", null, token, PeopleJson.Default.PrivacyBody, cancellationToken);

    public Task<PrivacyBody> SetPrivacyAsync(string token, PrivacyBody change, CancellationToken cancellationToken) =>
        api.CallAsync(
            HttpMethod.Patch,
            "v1/me/privacy",
            JsonContent.Create(change, PeopleJson.Default.PrivacyBody),
            token,
            PeopleJson.Default.PrivacyBody,
            cancellationToken
        );

    /// <summary>Changes what a conversation is to its user.</summary>
    public async Task<bool> PatchAsync(
        string token,
        string conversation,
        PatchBody change,
        CancellationToken cancellationToken
    )
    {
        await api.CallAsync(
                HttpMethod.Patch,
                $"v1/conversations/{Uri.EscapeDataString(conversation)}",
                JsonContent.Create(change, PeopleJson.Default.PatchBody),
                token,
                cancellationToken
            )
            .ConfigureAwait(false);
        return true;
    }

    private static string ContactOf(string user) => $"v1/contacts/{Uri.EscapeDataString(user)}";

    private async Task<bool> DoAsync(HttpMethod method, string path, string token, CancellationToken cancellationToken)
    {
        await api.CallAsync(method, path, null, token, cancellationToken).ConfigureAwait(false);
        return true;
    }
}

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
