namespace Connect.Tests.Cost;

/// <summary>How much there is of everything that what a user asks might grow with.</summary>
internal enum Size
{
    /// <summary>Conversations of the caller.</summary>
    Conversations,

    /// <summary>Messages in the conversation that is asked for.</summary>
    Messages,

    /// <summary>Members of the group that is asked for.</summary>
    Members,

    /// <summary>Users who were members of that group and left.</summary>
    FormerMembers,

    /// <summary>Contacts of the caller.</summary>
    Contacts,

    /// <summary>Users the caller blocks.</summary>
    Blocks,

    /// <summary>Users whom the caller's session watches.</summary>
    Watched,

    /// <summary>Groups to which the caller is invited.</summary>
    Invites,

    /// <summary>Groups to which users whom the caller blocks invited them.</summary>
    HiddenInvites,
}

/// <summary>The sizes of one world.</summary>
internal sealed record Sizes(
    int Conversations = 6,
    int Messages = 40,
    int Members = 5,
    int FormerMembers = 4,
    int Contacts = 6,
    int Blocks = 4,
    int Watched = 5,
    int Invites = 4,
    int HiddenInvites = 4
)
{
    /// <summary>Ten times as much of one thing.</summary>
    public Sizes Grow(Size size) =>
        size switch
        {
            Size.Conversations => this with { Conversations = Conversations * 10 },
            Size.Messages => this with { Messages = Messages * 10 },
            Size.Members => this with { Members = Members * 10 },
            Size.FormerMembers => this with { FormerMembers = FormerMembers * 10 },
            Size.Contacts => this with { Contacts = Contacts * 10 },
            Size.Blocks => this with { Blocks = Blocks * 10 },
            Size.Watched => this with { Watched = Watched * 10 },
            Size.Invites => this with { Invites = Invites * 10 },
            _ => this with { HiddenInvites = HiddenInvites * 10 },
        };

    /// <summary>What docs/cost.md calls it; null: no row may grow with it, but one that tells everything.</summary>
    public static string? LetterOf(Size size) =>
        size switch
        {
            Size.Conversations => "c",
            Size.Members or Size.FormerMembers => "m",
            Size.Contacts or Size.Blocks => "p",
            Size.Invites => "i",
            _ => null,
        };
}
