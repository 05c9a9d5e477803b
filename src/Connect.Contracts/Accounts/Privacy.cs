namespace Connect.Contracts.Accounts;

/// <summary>What a user hides; both are reciprocal: who hides it does not see it of others either.</summary>
/// <param name="HidesPresence">Nobody sees whether they are online.</param>
/// <param name="HidesReads">Nobody is told what they read; that it was delivered is told.</param>
public readonly record struct Privacy(bool HidesPresence, bool HidesReads);
