using Connect.Accounts.Identity;
using Connect.Contracts.Identifiers;
using Connect.Doors.Problems;
using Microsoft.AspNetCore.Http;

namespace Connect.Http.Pipeline;

/// <summary>
/// Authenticates the caller (RFC 6750) before the body is read, on routes marked <see cref="NeedsBearer"/>.
/// </summary>
internal sealed class BearerMiddleware(RequestDelegate next, IAccessTokens tokens)
{
    private const string Scheme = "Bearer ";

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<NeedsBearer>() is null)
        {
            await next(context);
            return;
        }

        AccessTokenResult result;
        try
        {
            result = await ValidateAsync(context.Request.Headers.Authorization.ToString());
        }
        catch (IssuerUnreachableException)
        {
            var later = Problems.Describe(ErrorCode.Unavailable, retryAfter: TimeSpan.FromSeconds(5));
            await Problems.WriteAsync(context, later);
            return;
        }

        if (!result.IsValid)
        {
            var expired = result.Status == AccessTokenStatus.Expired;
            context.Response.Headers.WWWAuthenticate = "Bearer error=\"invalid_token\"";
            var code = expired ? ErrorCode.TokenExpired : ErrorCode.Unauthenticated;
            await Problems.WriteAsync(context, Problems.Describe(code));
            return;
        }

        context.Features.Set(new Caller(result.User, result.Device, result.IsExternal, result.IssuedAt));
        await next(context);
    }

    private async ValueTask<AccessTokenResult> ValidateAsync(string header) =>
        header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            ? await tokens.ValidateAsync(header[Scheme.Length..].Trim())
            : AccessTokenResult.Unauthenticated;
}

/// <summary>The caller, according to the access token.</summary>
/// <param name="User">The user.</param>
/// <param name="Device">The device the token was issued to; none for a token from an external issuer.</param>
/// <param name="IsExternal">Whether an external issuer issued the token.</param>
/// <param name="IssuedAt">When the token was issued, milliseconds since the epoch.</param>
internal sealed record Caller(UserId User, DeviceId Device, bool IsExternal = false, long IssuedAt = 0)
{
    /// <summary>Binds the caller to a handler's parameter.</summary>
    public static ValueTask<Caller?> BindAsync(HttpContext context) => new(context.Features.Get<Caller>());
}
