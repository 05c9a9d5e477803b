using System.Collections.Immutable;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Delivery.Directory;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Connect.Delivery.Nodes;

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

    public async ValueTask<RouteRegistration> RegisterAsync(UserId user, SessionId session, ResumeClaim? claim)
    {
        var partition = map.Of(user);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var host = await map.FindAsync(partition);
                return await host.Endpoint.RegisterAsync(partition, new(user, session, Node), claim);
            }
            catch (Exception exception) when (attempt < options.Value.RegisterAttempts)
            {
                // The partition moved, or its node does not answer: it is elsewhere by now, or soon will be.
                DirectoryLog.RegisterFailed(logger, partition, attempt, exception);
                map.Forget(partition);
            }

            await Task.Delay(options.Value.RegisterPause, time);
        }
    }

    public async ValueTask UnregisterAsync(UserId user, SessionId session, RouteEnding ending)
    {
        var partition = map.Of(user);
        try
        {
            var host = await map.FindAsync(partition);
            await host.Endpoint.UnregisterAsync(partition, new(user, session, Node), ending);
        }
        catch (Exception exception)
        {
            // A partition that moved asks the gateways again and will not find this session. One whose node does not
            // answer keeps a dead route until that node or this one leaves.
            DirectoryLog.UnregisterFailed(logger, partition, exception);
            map.Forget(partition);
        }
    }

    public async ValueTask<ImmutableArray<PresenceStatus>> WatchAsync(ImmutableArray<UserId> users)
    {
        var known = ImmutableArray.CreateBuilder<PresenceStatus>(users.Length);
        var missing = users.ToHashSet();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await WatchAsync(missing, known);
            }
            catch (Exception exception) when (attempt < options.Value.RegisterAttempts)
            {
                DirectoryLog.WatchFailed(logger, missing.Count, attempt, exception);
            }

            foreach (var user in missing)
            {
                map.Forget(map.Of(user));
            }

            if (missing.Count == 0)
            {
                return known.DrainToImmutable();
            }

            if (attempt >= options.Value.RegisterAttempts)
            {
                throw new PartitionMovedException(map.Of(missing.First()));
            }

            await Task.Delay(options.Value.RegisterPause, time);
        }
    }

    public async ValueTask InvalidateAsync(UserId user, UserId with)
    {
        var partition = map.Of(user);
        for (var attempt = 1; attempt <= options.Value.RegisterAttempts; attempt++)
        {
            try
            {
                var host = await map.FindAsync(partition);
                await host.Endpoint.InvalidateAsync(partition, user, with);
                return;
            }
            catch (Exception exception)
            {
                DirectoryLog.InvalidateFailed(logger, partition, attempt, exception);
                map.Forget(partition);
            }

            await Task.Delay(options.Value.RegisterPause, time);
        }
    }

    /// <summary>One call per node; removes the users it got an answer for from <paramref name="missing"/>.</summary>
    private async Task WatchAsync(HashSet<UserId> missing, ImmutableArray<PresenceStatus>.Builder known)
    {
        var byHost = new Dictionary<NodeId, (INodeEndpoint Endpoint, List<UserId> Users)>();
        foreach (var user in missing)
        {
            var host = await map.FindAsync(map.Of(user));
            if (!byHost.TryGetValue(host.Node, out var part))
            {
                byHost.Add(host.Node, part = (host.Endpoint, []));
            }

            part.Users.Add(user);
        }

        foreach (var (endpoint, part) in byHost.Values)
        {
            var answer = await endpoint.WatchAsync(Node, [.. part]);
            known.AddRange(answer);
            missing.ExceptWith(answer.Select(status => status.User));
        }
    }
}
