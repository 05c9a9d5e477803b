namespace Connect.Contracts.Conversations;

/// <summary>The numbers are stored and are those of the wire.</summary>
public enum MemberRole : byte
{
    None = 0,
    Member = 1,
    Admin = 2,
    Owner = 3,
}
