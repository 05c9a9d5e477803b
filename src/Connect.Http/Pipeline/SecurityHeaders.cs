using System.Globalization;
using Connect.Doors.Limits;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Connect.Http.Pipeline;

/// <summary>Security headers on every response (OWASP Secure Headers).</summary>
internal static class SecurityHeaders
{
    /// <summary>Responses are data: they load, frame and run nothing.</summary>
    private const string Nothing = "default-src 'none'; frame-ancestors 'none'";

    /// <summary>The page for people ships its script, starts it inline, and talks to this server alone.</summary>
    private const string Page =
        "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
        + "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
        + "frame-ancestors 'none'";

    public static void Add(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.XFrameOptions = "DENY";
        headers.ContentSecurityPolicy = context.Request.Path.StartsWithSegments("/docs") ? Page : Nothing;
        headers["Cross-Origin-Resource-Policy"] = "same-origin";

        // Never for localhost, where other programs may serve plain HTTP under the same name.
        var strict = context.RequestServices.GetRequiredService<IOptions<GatewayOptions>>().Value.StrictTransport;
        if (strict > TimeSpan.Zero && context.Request.Host.Host is not ("localhost" or "127.0.0.1" or "[::1]"))
        {
            headers.StrictTransportSecurity = string.Create(
                CultureInfo.InvariantCulture,
                $"max-age={(long)strict.TotalSeconds}"
            );
        }
    }
}
