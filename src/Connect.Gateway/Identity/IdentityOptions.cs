namespace Connect.Gateway.Identity;

/// <summary>How identity is run.</summary>
public sealed class IdentityOptions
{
    /// <summary><c>iss</c> of our access tokens. Default <c>connect</c>.</summary>
    public string Issuer { get; set; } = "connect";

    /// <summary><c>aud</c> of our access tokens. Default <c>connect</c>.</summary>
    public string Audience { get; set; } = "connect";

    /// <summary>Password hashes computed at a time; 0 (the default) = one per core but one, at least one.</summary>
    public int HashWorkers { get; set; }

    /// <summary>Password hashes that may wait; above it: <c>overloaded</c>. Default 64.</summary>
    public int HashQueue { get; set; } = 64;

    /// <summary>Checked access tokens that are remembered. Default 50,000.</summary>
    public int RememberedTokens { get; set; } = 50_000;

    /// <summary>Devices of a user; a login above it removes the one unused for longest. Default 32.</summary>
    public int DevicesPerUser { get; set; } = 32;

    internal int EffectiveHashWorkers => HashWorkers > 0 ? HashWorkers : Math.Max(1, Environment.ProcessorCount - 1);
}
