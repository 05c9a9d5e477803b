using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Connect.Client.Http;

/// <summary>The HTTP calls that a client needs beside its socket.</summary>
internal sealed class AccountApi(HttpMessageInvoker invoker, Uri server, TimeProvider timeProvider)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly Uri _root = new UriBuilder(server)
    {
        Scheme = server.Scheme is "wss" or "https" ? "https" : "http",
        Path = "/",
        Query = "",
        Fragment = "",
    }.Uri;

    /// <summary>Makes an account.</summary>
    public async Task RegisterAsync(string username, string password, CancellationToken cancellationToken)
    {
        var body = JsonContent.Create(new RegisterBody(username, password), AccountJson.Default.RegisterBody);
        using var answer = await SendAsync(HttpMethod.Post, "v1/accounts", body, null, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Logs in or refreshes.</summary>
    public async Task<TokenAnswer> GetTokensAsync(TokenBody grant, CancellationToken cancellationToken)
    {
        var body = JsonContent.Create(grant, AccountJson.Default.TokenBody);
        using var answer = await SendAsync(HttpMethod.Post, "v1/tokens", body, null, cancellationToken)
            .ConfigureAwait(false);
        var tokens = await ReadAsync(answer, AccountJson.Default.TokenAnswer, cancellationToken).ConfigureAwait(false);
        return tokens with { Served = answer.Headers.Date };
    }

    /// <summary>Finds a user by the exact name.</summary>
    public async Task<FoundUser> FindUserAsync(string token, string username, CancellationToken cancellationToken)
    {
        var path = "v1/users?username=" + Uri.EscapeDataString(username);
        using var answer = await SendAsync(HttpMethod.Get, path, null, token, cancellationToken).ConfigureAwait(false);
        return await ReadAsync(answer, AccountJson.Default.FoundUser, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends the login of this device, or of all.</summary>
    public async Task EndTokensAsync(string token, bool everywhere, CancellationToken cancellationToken)
    {
        var path = everywhere ? "v1/tokens?everywhere=true" : "v1/tokens";
        using var answer = await SendAsync(HttpMethod.Delete, path, null, token, cancellationToken)
            .ConfigureAwait(false);
    }

    public async Task<DevicesAnswer> ListDevicesAsync(string token, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(HttpMethod.Get, "v1/me/devices", null, token, cancellationToken)
            .ConfigureAwait(false);
        return await ReadAsync(answer, AccountJson.Default.DevicesAnswer, cancellationToken).ConfigureAwait(false);
    }

    public async Task RevokeDeviceAsync(string token, string device, CancellationToken cancellationToken)
    {
        var path = "v1/me/devices/" + Uri.EscapeDataString(device);
        using var answer = await SendAsync(HttpMethod.Delete, path, null, token, cancellationToken)
            .ConfigureAwait(false);
    }

    public async Task ChangePasswordAsync(string token, PasswordBody change, CancellationToken cancellationToken)
    {
        var body = JsonContent.Create(change, AccountJson.Default.PasswordBody);
        using var answer = await SendAsync(HttpMethod.Post, "v1/me/password", body, token, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Copies the export as it comes; it is not whole when this throws.</summary>
    public async Task ExportAsync(string token, Stream to, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(HttpMethod.Get, "v1/me/export", null, token, cancellationToken)
            .ConfigureAwait(false);
        try
        {
            await answer.Content.CopyToAsync(to, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException error)
        {
            throw new ConnectException(
                ErrorCode.Unavailable,
                "The export broke off: it is not whole.",
                retryable: true,
                innerException: error
            );
        }
    }

    public async Task DeleteAccountAsync(string token, string password, CancellationToken cancellationToken)
    {
        var body = JsonContent.Create(new DeleteBody(password), AccountJson.Default.DeleteBody);
        using var answer = await SendAsync(HttpMethod.Delete, "v1/me", body, token, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Who the caller is.</summary>
    public Task<Self> GetSelfAsync(string token, CancellationToken cancellationToken) =>
        CallAsync(HttpMethod.Get, "v1/me", null, token, AccountJson.Default.Self, cancellationToken);

    /// <summary>A call with a token and an answer.</summary>
    public async Task<T> CallAsync<T>(
        HttpMethod method,
        string path,
        HttpContent? body,
        string token,
        JsonTypeInfo<T> type,
        CancellationToken cancellationToken,
        params (string Name, string Value)[] headers
    )
        where T : class
    {
        using var answer = await SendAsync(method, path, body, token, cancellationToken, headers).ConfigureAwait(false);
        return await ReadAsync(answer, type, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A call with a token that is answered by its success alone.</summary>
    public async Task CallAsync(
        HttpMethod method,
        string path,
        HttpContent? body,
        string token,
        CancellationToken cancellationToken
    )
    {
        using var answer = await SendAsync(method, path, body, token, cancellationToken).ConfigureAwait(false);
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method,
        string path,
        HttpContent? body,
        string? token,
        CancellationToken cancellationToken,
        params (string Name, string Value)[] headers
    )
    {
        using var request = new HttpRequestMessage(method, new Uri(_root, path)) { Content = body };
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        using var deadline = new CancellationTokenSource(Deadline, timeProvider);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        HttpResponseMessage answer;
        try
        {
            answer = await invoker.SendAsync(request, both.Token).ConfigureAwait(false);
        }
        catch (Exception error)
            when (error is HttpRequestException
                || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            )
        {
            throw new ConnectException(
                ErrorCode.Unavailable,
                $"The server cannot be reached: {error.Message}",
                retryable: true,
                innerException: error
            );
        }

        if (answer.IsSuccessStatusCode)
        {
            return answer;
        }

        using (answer)
        {
            throw await ToExceptionAsync(answer, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<T> ReadAsync<T>(
        HttpResponseMessage answer,
        JsonTypeInfo<T> type,
        CancellationToken cancellationToken
    )
        where T : class
    {
        try
        {
            var value = await answer.Content.ReadFromJsonAsync(type, cancellationToken).ConfigureAwait(false);
            return value ?? throw new ConnectException(ErrorCode.Internal, "The server's answer is empty.");
        }
        catch (JsonException error)
        {
            throw new ConnectException("The server's answer cannot be read.", error);
        }
    }

    private static async Task<ConnectException> ToExceptionAsync(
        HttpResponseMessage answer,
        CancellationToken cancellationToken
    )
    {
        Problem? problem = null;
        try
        {
            problem = await answer
                .Content.ReadFromJsonAsync(AccountJson.Default.Problem, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (Exception error) when (error is JsonException or NotSupportedException or InvalidOperationException)
        {
            // Something between us and the server answered; the status has to do.
        }

        var status = answer.StatusCode;
        var code = problem is { Code: > 0 } ? (ErrorCode)problem.Code : FromStatus(status);
        var retryAfter = answer.Headers.RetryAfter?.Delta ?? TimeSpan.FromMilliseconds(problem?.RetryAfterMs ?? 0);
        return new ConnectException(
            code,
            problem?.Detail ?? problem?.Title ?? $"The server answered {(int)status}.",
            ErrorCodes.IsRetryable((uint)code),
            retryAfter
        );
    }

    private static ErrorCode FromStatus(HttpStatusCode status) =>
        status switch
        {
            HttpStatusCode.Unauthorized => ErrorCode.Unauthenticated,
            HttpStatusCode.Forbidden => ErrorCode.Forbidden,
            HttpStatusCode.NotFound => ErrorCode.NotFound,
            HttpStatusCode.Conflict => ErrorCode.Conflict,
            HttpStatusCode.TooManyRequests => ErrorCode.RateLimited,
            >= HttpStatusCode.InternalServerError => ErrorCode.Unavailable,
            _ => ErrorCode.Invalid,
        };
}

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

internal sealed record TokenAnswer(string AccessToken, long ExpiresAt, string RefreshToken, string User, string Device)
{
    /// <summary>When the server answered, by its own clock.</summary>
    [JsonIgnore]
    public DateTimeOffset? Served { get; init; }
}

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
