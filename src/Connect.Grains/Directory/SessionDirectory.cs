using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Connect.Grains.Directory;

/// <summary>The directory as this node's gateway sees it.</summary>
internal sealed class SessionDirectory(
    LocalNode local,
    PartitionMap map,
    IOptions<DirectoryOptions> options,
    TimeProvider time,
    ILogger<SessionDirectory> logger
) : ISessionDirectory
{
    public NodeId Node => local.Id;

    public async ValueTask<string> RegisterAsync(UserId user, SessionId session)
    {
        var partition = map.Of(user);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var host = await map.FindAsync(partition);
                return await host.Endpoint.RegisterAsync(partition, new(user, session, Node));
            }
            catch (Exception exception) when (attempt < options.Value.RegisterAttempts)
            {
                // Moved, or its node does not answer: it is elsewhere by now, or will be soon.
                DirectoryLog.RegisterFailed(logger, partition, attempt, exception);
                map.Forget(partition);
            }

            await Task.Delay(options.Value.RegisterPause, time);
        }
    }

    public async ValueTask UnregisterAsync(UserId user, SessionId session)
    {
        var partition = map.Of(user);
        try
        {
            var host = await map.FindAsync(partition);
            await host.Endpoint.UnregisterAsync(partition, new(user, session, Node));
        }
        catch (Exception exception)
        {
            // A partition that moved asks the gateways anew and does not hear of this session. One whose node does not
            // answer keeps a route that leads nowhere, until that node or this one leaves.
            DirectoryLog.UnregisterFailed(logger, partition, exception);
            map.Forget(partition);
        }
    }
}
