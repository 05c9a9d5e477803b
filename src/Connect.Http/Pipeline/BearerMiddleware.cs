using Connect.Accounts.Identity;
using Connect.Doors.Problems;
using Microsoft.AspNetCore.Http;

namespace Connect.Http.Pipeline;

/// <summary>
/// Says who calls (RFC 6750), before a body is read. Routes marked <see cref="NeedsBearer"/> need it.
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
