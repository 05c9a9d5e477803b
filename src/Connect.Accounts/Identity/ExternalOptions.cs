using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Connect.Accounts.Identity;

/// <summary>An external issuer whose access tokens are accepted beside our own (OpenID Connect).</summary>
public sealed class ExternalOptions
{
    private static readonly string[] Defaults = ["RS256", "ES256"];

    /// <summary>Asymmetric only: with a shared secret, anyone able to check a token could forge one.</summary>
    private static readonly string[] Known =
    [
        "RS256",
        "RS384",
        "RS512",
        "PS256",
        "PS384",
        "PS512",
        "ES256",
        "ES384",
        "ES512",
    ];

    [Description("`iss` of an outside issuer whose access tokens are taken beside ours. Empty: none.")]
    public string Issuer { get; set; } = "";

    [Description("`aud` that its tokens must have: what the issuer calls this service.")]
    public string Audience { get; set; } = "";

    [Description("Algorithms its tokens may be signed with: RS, PS or ES. None: RS256 and ES256.")]
    public IList<string> Algorithms { get; } = [];

    [Description(
        "Where its keys are (JWKS), https, or http on this machine. Empty: named by its discovery document, "
            + "`<issuer>/.well-known/openid-configuration`."
    )]
    public string KeysUrl { get; set; } = "";

    [Description("The claim that names a user for good.")]
    public string UserClaim { get; set; } = "sub";

    [Description("The claim whose value a new account gets as its username when it may and when it is free.")]
    public string UsernameClaim { get; set; } = "preferred_username";

    [Description("Whether a user who is not known gets an account. If not, they are `unauthenticated`.")]
    public bool CreateAccounts { get; set; }

    [Description("How long its keys are used before they are read again; while it is down the last ones serve.")]
    [Range(typeof(TimeSpan), "00:00:10", "1.00:00:00")]
    public TimeSpan KeysLife { get; set; } = TimeSpan.FromHours(1);

    [Description("The least time between two reads of its keys, also when tokens name a key that is not known.")]
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan KeysPause { get; set; } = TimeSpan.FromSeconds(30);

    [Description("How long a read of its keys may take.")]
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan KeysDeadline { get; set; } = TimeSpan.FromSeconds(5);

    internal bool IsOn => Issuer.Length > 0;

    internal IReadOnlyList<string> EffectiveAlgorithms => Algorithms.Count > 0 ? [.. Algorithms] : Defaults;

    /// <summary>Settings that contradict each other, as a name and a sentence each.</summary>
    public IEnumerable<(string Name, string Problem)> FindProblems(string ourIssuer)
    {
        if (!IsOn)
        {
            yield break;
        }

        if (Issuer == ourIssuer)
        {
            yield return (nameof(Issuer), "expected another than Identity:Issuer, which names our own tokens.");
        }

        if (Audience.Length == 0)
        {
            yield return (nameof(Audience), "must be set when Identity:External:Issuer is.");
        }

        if (UserClaim.Length == 0)
        {
            yield return (nameof(UserClaim), "expected the name of a claim.");
        }

        if (KeysUrl.Length == 0 ? !IsSafe(Issuer) : !IsSafe(KeysUrl))
        {
            yield return (
                KeysUrl.Length == 0 ? nameof(Issuer) : nameof(KeysUrl),
                "expected an https URL, or http on a loopback address."
            );
        }

        foreach (var algorithm in Algorithms.Where(each => !Known.Contains(each)))
        {
            yield return (nameof(Algorithms), $"expected one of {string.Join(", ", Known)}. Found: {algorithm}");
        }
    }

    /// <summary>Whoever could alter the keys in transit could log in as anyone.</summary>
    internal static bool IsSafe(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback));
}
