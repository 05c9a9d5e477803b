namespace Connect.Delivery.Typing;

/// <summary>Limits of typing on one node.</summary>
public sealed class TypingOptions
{
    /// <summary>Typing ends by itself after this.</summary>
    public TimeSpan Duration { get; set; } = TimeSpan.FromSeconds(6);

    /// <summary>The shortest time until the same typing is pushed again.</summary>
    public TimeSpan Repeat { get; set; } = TimeSpan.FromMilliseconds(2_500);

    /// <summary>Users who type in one conversation at once that the others hear of.</summary>
    public int TypistsPerConversation { get; set; } = 16;

    /// <summary>Conversations in which users of this node type at once, and whose members it remembers.</summary>
    public int Conversations { get; set; } = 20_000;

    /// <summary>How long the members of a conversation are remembered, unless they change before.</summary>
    public TimeSpan MemberMemory { get; set; } = TimeSpan.FromSeconds(60);
}
