namespace Connect.Client.Stores;

/// <summary>
/// A direct conversation found by the other user's name, so that it can be opened without a connection.
/// </summary>
/// <param name="Username">The other user's name.</param>
/// <param name="User">Their id.</param>
/// <param name="Conversation">The conversation's id.</param>
public sealed record StoredDirect(string Username, string User, string Conversation)
{
    /// <summary>Never the name: it must not get into a log.</summary>
    public override string ToString() => $"{User} {Conversation}";
}
