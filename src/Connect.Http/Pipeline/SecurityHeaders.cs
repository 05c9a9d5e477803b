using System.Globalization;
using Connect.Doors.Limits;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Connect.Http.Pipeline;

/// <summary>What browsers are told with each answer (OWASP secure headers).</summary>
internal static class SecurityHeaders
{
    /// <summary>An answer is data: it loads, frames and runs nothing.</summary>
    private const string Nothing = "default-src 'none'; frame-ancestors 'none'";

    /// <summary>The page for people brings its script with it, begins it inline, and asks this server alone.</summary>
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

        // Not for this machine itself, where other programs may serve plain http by that name.
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
