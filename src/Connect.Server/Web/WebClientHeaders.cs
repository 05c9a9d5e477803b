namespace Connect.Server.Web;

/// <summary>
/// What browsers are told with each file of the web client, beside what they are told with every answer.
/// </summary>
internal static class WebClientHeaders
{
    /// <summary>
    /// Scripts, styles and pictures of this server alone, none inline; connections to it alone (<c>'self'</c> includes
    /// its socket). Text cannot become markup or the address of a script but through the two policies named: that of
    /// the templates, which are constants of the build, and that which lets the service worker in.
    /// </summary>
    public const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        + "manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        + "require-trusted-types-for 'script'; trusted-types svelte-trusted-html connect";

    /// <summary>A chat of texts needs none of these, so nothing that got into the page gets them either.</summary>
    private const string Permissions =
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), "
        + "magnetometer=(), microphone=(), midi=(), payment=(), serial=(), usb=()";

    public static void Add(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers["Permissions-Policy"] = Permissions;
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
    }
}
