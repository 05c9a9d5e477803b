namespace Connect.Delivery.Typing;

/// <summary>Limits of typing on one node.</summary>
public sealed class TypingOptions
{
    /// <summary>Typing expires after this.</summary>
    public TimeSpan Duration { get; set; } = TimeSpan.FromSeconds(6);

    /// <summary>Minimum interval between two pushes of the same typing.</summary>
    public TimeSpan Repeat { get; set; } = TimeSpan.FromMilliseconds(2_500);

    /// <summary>Users shown as typing at once in one conversation.</summary>
    public int TypistsPerConversation { get; set; } = 16;

    /// <summary>Conversations in which users of this node type at once, and whose members are cached.</summary>
    public int Conversations { get; set; } = 20_000;

    /// <summary>How long the members of a conversation stay cached unless they change.</summary>
    public TimeSpan MemberMemory { get; set; } = TimeSpan.FromSeconds(60);
}
