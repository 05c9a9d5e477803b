using Connect.Contracts.Identifiers;

namespace Connect.Conversations.State;

/// <summary>Whose belonging a commit changes: for the index before it, for the index and the pushes after it.</summary>
internal sealed class ChangeEffects
{
    /// <summary>Become members.</summary>
    public List<UserId> Joined { get; } = [];

    /// <summary>Are invited, and may know it.</summary>
    public List<UserId> Invited { get; } = [];

    /// <summary>Are invited and are not to see it: they too need an index row, as a block may end.</summary>
    public List<UserId> InvitedHidden { get; } = [];

    /// <summary>Were members.</summary>
    public List<UserId> Left { get; } = [];

    /// <summary>Were invited.</summary>
    public List<UserId> Uninvited { get; } = [];

    /// <summary>Have another role, or accepted a request by answering it.</summary>
    public List<UserId> Changed { get; } = [];

    /// <summary>Not all entries of the commit are for the same users.</summary>
    public bool ChangesWhoSees => Joined.Count + Left.Count > 0;

    /// <summary>Need an index row before the commit (D5).</summary>
    public IEnumerable<UserId> NeedIndex => Joined.Concat(Invited).Concat(InvitedHidden);

    /// <summary>Their index row is to go after the commit.</summary>
    public IEnumerable<UserId> LoseIndex => Left.Concat(Uninvited);
}
