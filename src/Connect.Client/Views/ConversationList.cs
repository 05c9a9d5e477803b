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

/// <summary>A conversation in a <see cref="ConversationListView"/>.</summary>
/// <param name="Info">What its list entry says, kept up to date: newest entry, marks, unread.</param>
/// <param name="Typing">Ids of those who are typing there, while it is open.</param>
/// <param name="Presence">
/// Of the other user of a direct conversation; null = not known, or not to be seen by this user.
/// </param>
public sealed record ConversationItem(ConversationInfo Info, IReadOnlyList<string> Typing, UserPresence? Presence)
{
    /// <summary>Its id.</summary>
    public string Id => Info.Id;

    /// <summary>When something last happened in it.</summary>
    public DateTimeOffset? LastActivity => Info.Last?.Time;

    /// <summary>Never the title or the text: they must not get into a log.</summary>
    public override string ToString() => Info.ToString();
}
