namespace Connect.Contracts.Conversations;

/// <summary>What a <see cref="ChangeRequest"/> asks for.</summary>
public enum ChangeKind : byte
{
    None = 0,

    /// <summary>A new group: its title, and the users to add and to invite at once.</summary>
    Create = 1,

    /// <summary>Adds <c>Add</c> and invites <c>Invite</c>; who is there already is passed over.</summary>
    Add = 2,

    /// <summary>The actor takes their invite.</summary>
    AcceptInvite = 3,

    /// <summary>The actor declines their invite.</summary>
    DeclineInvite = 4,

    /// <summary>Takes the invite of <c>User</c> back.</summary>
    WithdrawInvite = 5,

    /// <summary>Removes <c>User</c>.</summary>
    Remove = 6,

    /// <summary>The actor leaves.</summary>
    Leave = 7,

    /// <summary>Gives <c>User</c> the role <c>Role</c>.</summary>
    SetRole = 8,

    /// <summary>Sets the title.</summary>
    SetTitle = 9,
}
