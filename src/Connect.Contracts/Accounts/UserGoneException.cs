namespace Connect.Contracts.Accounts;

/// <summary>The user was deleted, or is being deleted: nothing of theirs is written any more. Final.</summary>
public sealed class UserGoneException : Exception
{
    public UserGoneException()
        : base("The user is gone.") { }
}
