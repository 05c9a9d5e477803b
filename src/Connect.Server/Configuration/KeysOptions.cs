using System.ComponentModel;

namespace Connect.Server.Configuration;

/// <summary>Where the keys are (ADR 0012).</summary>
public sealed class KeysOptions
{
    [Description("The key file, never inside the data folder. When not set: the data folder's path and `.keys`.")]
    public string? File { get; set; }
}
