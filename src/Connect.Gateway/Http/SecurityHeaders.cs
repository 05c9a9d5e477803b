using Microsoft.AspNetCore.Http;

namespace Connect.Gateway.Http;

/// <summary>What browsers are told with each answer (OWASP secure headers).</summary>
internal static class SecurityHeaders
{
    public static void Add(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.XFrameOptions = "DENY";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";

        // A year of https alone; not for this machine itself, where other programs may serve plain http by that name.
        if (context.Request.Host.Host is not ("localhost" or "127.0.0.1" or "[::1]"))
        {
            headers.StrictTransportSecurity = "max-age=31536000";
        }
    }
}
