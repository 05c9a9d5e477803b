namespace Connect.Contracts.Conversations;

/// <summary>What the gateway found of the user named by <c>to</c>.</summary>
public enum PeerStanding : byte
{
    None = 0,
    Contact = 1,

    /// <summary>What begins a conversation with them is a request.</summary>
    Stranger = 2,

    /// <summary>There is no such user, or they are gone: nothing is written to them.</summary>
    Unreachable = 3,
}
