namespace Connect.Accounts.Identity;

/// <summary>
/// Makes the end of a login felt, once it is durable: forgets what this node remembers, then tells everybody else.
/// </summary>
public sealed class LoginRevocationPublisher(LoginStateCache states, IEnumerable<ILoginRevocationListener> listeners)
{
    public async ValueTask PublishAsync(LoginRevocation end)
    {
        states.Forget(end.User);
        foreach (var listener in listeners)
        {
            await listener.LoginEndedAsync(end);
        }
    }
}
