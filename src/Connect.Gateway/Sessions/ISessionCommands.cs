using Connect.Protocol.V1;

namespace Connect.Gateway.Sessions;

/// <summary>What the client of one session asks for. Called by the reader of its socket alone.</summary>
internal interface ISessionCommands
{
    /// <summary>Bytes of memory that its requests take, roughly. Called from any thread.</summary>
    long HeldBytes { get; }

    /// <summary>The first frame; never throws.</summary>
    Task GreetAsync(ClientFrame frame);

    /// <summary>Any later frame; does not wait for its answer.</summary>
    void Run(ClientFrame frame);

    /// <summary>All frames of one message have been run: what they gathered goes out now.</summary>
    void Flush();
}

/// <summary>Gives each session its commands.</summary>
internal interface ICommandDispatcher
{
    ISessionCommands Begin(Session session);
}
