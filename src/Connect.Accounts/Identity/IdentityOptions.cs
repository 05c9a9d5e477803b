using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Connect.Accounts.Identity;

/// <summary>Settings of identity (section <c>Identity</c> of the configuration).</summary>
public sealed class IdentityOptions
{
    [Description("`iss` of our access tokens.")]
    [Required]
    public string Issuer { get; set; } = "connect";

    [Description("`aud` of our access tokens.")]
    [Required]
    public string Audience { get; set; } = "connect";

    [Description(
        "Password hashes computed at a time; each takes 19 MiB and about 30 ms of a core, and yields to everything "
            + "else. 0: half as many as cores, at least one."
    )]
    [Range(0, 256)]
    public int HashWorkers { get; set; }

    [Description("Password hashes that may wait. Above it a login is answered `overloaded`.")]
    [Range(1, 10_000)]
    public int HashQueue { get; set; } = 64;

    [Description("Checked access tokens kept in memory, so that the next request costs no signature check.")]
    [Range(0, 10_000_000)]
    public int RememberedTokens { get; set; } = 50_000;

    [Description("Devices of a user. A login above it removes the one unused for longest.")]
    [Range(1, 1_000)]
    public int DevicesPerUser { get; set; } = 32;

    [Description("Exports of all of a user's data running at a time. Above it: `overloaded`.")]
    [Range(1, 1_000)]
    public int ExportsAtOnce { get; set; } = 4;

    [Description(
        "How long the end of a login goes unnoticed by a node that is not told of it; each login in use is read again "
            + "that often."
    )]
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan LoginMemory { get; set; } = TimeSpan.FromSeconds(3);

    public ExternalOptions External { get; set; } = new();

    internal int EffectiveHashWorkers => HashWorkers > 0 ? HashWorkers : Math.Max(1, Environment.ProcessorCount / 2);
}
