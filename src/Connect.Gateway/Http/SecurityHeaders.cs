using Microsoft.AspNetCore.Http;

namespace Connect.Gateway.Http;

/// <summary>What browsers are told with each answer (OWASP secure headers).</summary>
internal static class SecurityHeaders
{
    public static void Add(IHeaderDictionary headers)
    {
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.XFrameOptions = "DENY";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
    }

    /// <summary>
    /// A year of https alone; not for this machine itself, where other programs may serve plain http under the name.
    /// </summary>
    public static void AddStrictTransport(HttpContext context)
    {
        var host = context.Request.Host.Host;
        if (host is not ("localhost" or "127.0.0.1" or "[::1]"))
        {
            context.Response.Headers.StrictTransportSecurity = "max-age=31536000";
        }
    }
}
