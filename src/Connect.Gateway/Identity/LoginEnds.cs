namespace Connect.Gateway.Identity;

/// <summary>
/// Makes the end of a login felt, once it is durable: forgets what this node remembers, then tells everybody else.
/// </summary>
internal sealed class LoginEnds(LoginStates states, IEnumerable<ILoginEndListener> listeners)
{
    public async ValueTask PublishAsync(LoginEnd end)
    {
        states.Forget(end.User);
        foreach (var listener in listeners)
        {
            await listener.LoginEndedAsync(end);
        }
    }
}
