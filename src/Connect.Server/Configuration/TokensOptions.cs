namespace Connect.Server.Configuration;

/// <summary>What our access tokens say of themselves.</summary>
public sealed class TokensOptions
{
    /// <summary><c>iss</c>. Default <c>connect</c>.</summary>
    public string Issuer { get; set; } = "connect";

    /// <summary><c>aud</c>. Default <c>connect</c>.</summary>
    public string Audience { get; set; } = "connect";
}
