namespace Connect.Contracts.Conversations;

/// <summary>The numbers are stored and are those of the wire.</summary>
public enum ConversationKind : byte
{
    None = 0,

    /// <summary>Exactly two users; the id is derived from the pair.</summary>
    Direct = 1,

    /// <summary>2 to 500 members.</summary>
    Group = 2,
}
