using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Accounts;

/// <summary>Whose an outside identity is.</summary>
/// <param name="User">The account; none when it was deleted.</param>
/// <param name="EndedAt">
/// When it was deleted, milliseconds since the epoch, else 0: a token issued before that makes no new account.
/// </param>
public readonly record struct ExternalOwner(UserId User, long EndedAt);
