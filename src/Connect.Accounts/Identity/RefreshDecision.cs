using Connect.Contracts.Accounts;

namespace Connect.Accounts.Identity;

/// <summary>What to do about a presented refresh token.</summary>
/// <param name="Verdict">What it is worth.</param>
/// <param name="Chain">The chain to store now; null when it ends or nothing is to be stored.</param>
/// <param name="Next">The token to give out; null when none is.</param>
public sealed record RefreshDecision(RefreshVerdict Verdict, RefreshChain? Chain, RefreshToken? Next);
