using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Connect.Conversations.Groups;

/// <summary>Limits of a user over all groups (section <c>Groups</c> of the configuration).</summary>
public sealed class GroupOptions
{
    [Description(
        "Invites that wait for a user's answer. Above it, the oldest invite from somebody who is not a contact lapses; "
            + "if there is none, the new one is refused: `rate_limited`."
    )]
    [Range(1, 2_000)]
    public int Invites { get; set; } = 200;

    [Description(
        "Conversations of a user. Above it they create no group and take no invite (`rate_limited`), and nobody adds "
            + "them to a group; they can still be written to."
    )]
    [Range(100, 1_000_000)]
    public int Conversations { get; set; } = 20_000;
}
