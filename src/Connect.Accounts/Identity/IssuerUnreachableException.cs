namespace Connect.Accounts.Identity;

/// <summary>
/// The outside issuer's keys were never read yet, so nothing can be said of its tokens now.
/// Retryable.
/// </summary>
public sealed class IssuerUnreachableException() : Exception("The keys of the outside issuer are not known yet.");
