namespace Connect.Client;

/// <summary>A snapshot of the user's conversations.</summary>
/// <param name="Items">
/// Newest activity first; of the same moment in the order of their ids. Message requests are among them, see
/// <see cref="ConversationInfo.Request"/>.
/// </param>
/// <param name="IsComplete">The server's list was read at least once; before, it is what the store knows.</param>
public sealed record ConversationList(IReadOnlyList<ConversationItem> Items, bool IsComplete)
{
    /// <summary>Nothing is known yet.</summary>
    public static ConversationList Empty { get; } = new([], IsComplete: false);
}
