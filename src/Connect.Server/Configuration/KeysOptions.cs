namespace Connect.Server.Configuration;

/// <summary>Where the keys are (D10).</summary>
public sealed class KeysOptions
{
    /// <summary>The key file, never inside the data folder. Default: the data folder's path and <c>.keys</c>.</summary>
    public string? File { get; set; }
}
