namespace Connect.Accounts.Identity;

/// <summary>
/// Enforces a revocation once it is durable: drops this node's cached logins, then notifies the listeners.
/// </summary>
public sealed class LoginRevocationPublisher(LoginStateCache states, IEnumerable<ILoginRevocationListener> listeners)
{
    public async ValueTask PublishAsync(LoginRevocation revocation)
    {
        states.Forget(revocation.User);
        foreach (var listener in listeners)
        {
            await listener.LoginRevokedAsync(revocation);
        }
    }
}
