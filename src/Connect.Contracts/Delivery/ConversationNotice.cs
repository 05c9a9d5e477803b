namespace Connect.Contracts.Delivery;

/// <summary>What a user is told of a conversation by the push <c>conversation</c>.</summary>
public enum ConversationNotice : byte
{
    None = 0,

    /// <summary>It is new for them, or something of it changed that no entry tells them: read it again.</summary>
    Changed = 1,

    /// <summary>It is over for them: they left, were removed, or their invite ended.</summary>
    Over = 2,
}
