using Connect.Gateway.Sessions;
using Connect.Protocol;
using Connect.Protocol.V1;

namespace Connect.Gateway.Commands;

/// <summary>
/// One session as the commands see it: the session itself, its rates, and what of its requests waits for its turn.
/// </summary>
internal sealed class SessionCommands(Session session, CommandDispatcher dispatcher) : ISessionCommands
{
    private SendLanes? _sends;
    private PageLane? _pages;
    private SessionRates? _rates;

    public Session Session => session;

    /// <summary>Its sends, in order per conversation.</summary>
    public SendLanes Sends => _sends ??= dispatcher.NewSendLanes(session);

    /// <summary>Its questions whose answers are pages, one at a time.</summary>
    public PageLane Pages => _pages ??= dispatcher.NewPageLane(this);

    /// <summary>How fast it may go on.</summary>
    public SessionRates Rates => _rates ??= dispatcher.NewRates(session.User);

    public Task GreetAsync(ClientFrame frame) => dispatcher.GreetAsync(session, frame);

    public void Run(ClientFrame frame) => dispatcher.Run(this, frame);

    public void Flush() => _sends?.Start();

    /// <summary>The client is too fast: says how long to wait, and closes when it does not care for that.</summary>
    public void Slow(SessionRequest request, TimeSpan wait)
    {
        session.Answer(request, new ServerFrame { Err = ErrorCode.RateLimited.ToErr(retryAfter: wait) });
        if (session.IsOpen && !Rates.TryRefuse(session.Now))
        {
            dispatcher.Hammering(session);
            session.Close(CloseCode.Overloaded);
        }
    }
}
