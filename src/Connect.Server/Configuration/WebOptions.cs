using System.ComponentModel;

namespace Connect.Server.Configuration;

/// <summary>The web client that the server brings with it.</summary>
public sealed class WebOptions
{
    [Description("Whether the web client is served, at `/`.")]
    public bool Enabled { get; set; } = true;

    [Description(
        "The folder with the built web client, read once at start. When not set: `wwwroot` beside the program."
    )]
    public string? Folder { get; set; }
}
