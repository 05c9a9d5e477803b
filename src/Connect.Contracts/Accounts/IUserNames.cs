using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Accounts;

/// <summary>Which users exist, and their names.</summary>
public interface IUserNames
{
    /// <summary>The name of a user; null when there is no such user, or their account is being deleted.</summary>
    ValueTask<string?> FindNameAsync(UserId user);
}
