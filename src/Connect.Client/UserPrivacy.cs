namespace Connect.Client;

/// <summary>What others are to see of this user.</summary>
/// <param name="Presence">Contacts see whether this user is online.</param>
/// <param name="ReadReceipts">Others see what this user has read.</param>
public sealed record UserPrivacy(bool Presence, bool ReadReceipts);
