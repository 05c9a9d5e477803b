namespace Connect.Client;

/// <summary>How far a member has come in a conversation.</summary>
/// <param name="User">The member.</param>
/// <param name="Delivered">The highest seq that reached one of their devices.</param>
/// <param name="Read">The highest seq they have read.</param>
public sealed record MemberPlace(string User, long Delivered, long Read);
