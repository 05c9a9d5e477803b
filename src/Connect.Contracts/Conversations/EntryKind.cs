namespace Connect.Contracts.Conversations;

/// <summary>What an entry is. The numbers are stored and are those of the wire.</summary>
public enum EntryKind : byte
{
    None = 0,
    Message = 1,
    Created = 2,
    Added = 3,
    Removed = 4,
    Left = 5,
    Role = 6,
    Title = 7,
    Invited = 8,
    InviteAccepted = 9,
    InviteEnded = 10,
}
