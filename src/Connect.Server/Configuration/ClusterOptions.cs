namespace Connect.Server.Configuration;

/// <summary>How nodes reach each other.</summary>
public sealed class ClusterOptions
{
    /// <summary>The port on 127.0.0.1 that the silo needs; 0 (the default) takes a free one.</summary>
    public int SiloPort { get; set; }
}
