using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Connect.Contracts.Accounts;

namespace Connect.Accounts.People;

/// <summary>Limits on relations between users (section <c>People</c> of the configuration).</summary>
public sealed class PeopleOptions
{
    [Description("Contacts of a user, their own requests included. Above it: `rate_limited`.")]
    [Range(1, 100_000)]
    public int Contacts { get; set; } = 5_000;

    [Description("Requests of a user that nobody answered yet. Above it: `rate_limited`.")]
    [Range(1, 100_000)]
    public int OwnRequests { get; set; } = 200;

    [Description("Requests that wait for a user's answer. Above it the one who asks gets `rate_limited`.")]
    [Range(1, 100_000)]
    public int Requests { get; set; } = 1_000;

    [Description("Declined requests remembered for a user. Above it a declined user can ask again.")]
    [Range(1, 100_000)]
    public int Declined { get; set; } = 5_000;

    [Description("Users that a user blocks. Above it: `rate_limited`.")]
    [Range(1, 100_000)]
    public int Blocks { get; set; } = 5_000;

    [Description(
        "How long a node trusts what it read of contacts, blocks and privacy. What the node itself changes it knows "
            + "at once."
    )]
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan RelationMemory { get; set; } = TimeSpan.FromSeconds(3);

    [Description("Relations, and as many users' privacy, kept in a node's memory. Then the oldest half goes.")]
    [Range(2, 10_000_000)]
    public int RememberedRelations { get; set; } = 50_000;

    internal RelationTally Limits => new(Contacts, OwnRequests, Requests, Declined, Blocks);
}
