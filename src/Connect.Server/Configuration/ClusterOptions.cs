using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Connect.Server.Configuration;

/// <summary>How nodes reach each other.</summary>
public sealed class ClusterOptions
{
    [Description("A port on 127.0.0.1 that the node uses for itself; 0 takes a free one.")]
    [Range(0, 65_535)]
    public int SiloPort { get; set; }
}
