using System.Net.Sockets;
using Connect.Server.Configuration;
using Connect.Storage;
using Connect.Storage.RocksDb;

namespace Connect.Server.Control;

/// <summary>
/// Serves the commands that need the running node, since no second process may open its store. A checkpoint lives as
/// long as the connection that asked for it: a command that is killed leaves nothing behind.
/// </summary>
internal sealed class ControlSocket(
    ServerOptions options,
    RocksDbStore store,
    TimeProvider time,
    ILogger<ControlSocket> logger
) : BackgroundService
{
    private const int MaxConnections = 8;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly TimeSpan AcceptPause = TimeSpan.FromSeconds(1);

    /// <summary>From the connection to its line.</summary>
    private static readonly TimeSpan LineDeadline = TimeSpan.FromSeconds(5);

    /// <summary>How long a checkpoint is kept: it holds disk space that would be freed else.</summary>
    private static readonly TimeSpan CheckpointLifetime = TimeSpan.FromHours(24);

    private readonly SemaphoreSlim _places = new(MaxConnections);
    private readonly SemaphoreSlim _oneCheckpoint = new(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        if (Listen() is not { } listener)
        {
            return;
        }

        using (listener)
        {
            var connections = new HashSet<Task>();
            while (!stoppingToken.IsCancellationRequested)
            {
                try
                {
                    await _places.WaitAsync(stoppingToken);
                    connections.Add(ServeAsync(await AcceptAsync(listener, stoppingToken), stoppingToken));
                    connections.RemoveWhere(each => each.IsCompleted);
                }
                catch (OperationCanceledException)
                {
                    break;
                }
            }

            await Task.WhenAll(connections);
            Forget();
        }
    }

    /// <summary>Waits and tries again when the system has no connection to give: a backup can wait.</summary>
    private async Task<Socket> AcceptAsync(Socket listener, CancellationToken stopping)
    {
        for (var isFirst = true; ; isFirst = false)
        {
            try
            {
                return await listener.AcceptAsync(stopping);
            }
            catch (SocketException e)
            {
                if (isFirst)
                {
                    ControlLog.NotAccepted(logger, e.SocketErrorCode);
                }

                await Task.Delay(AcceptPause, time, stopping);
            }
        }
    }

    /// <summary>A socket that stays behind does no harm: the next start takes its place.</summary>
    private void Forget()
    {
        try
        {
            File.Delete(ControlAddress.PathOf(options.DataPath));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            ControlLog.NotDeleted(logger, e);
        }
    }

    private Socket? Listen()
    {
        var path = ControlAddress.PathOf(options.DataPath);
        if (ControlAddress.Of(options.DataPath) is not { } address)
        {
            ControlLog.TooLong(logger, path);
            return null;
        }

        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            // Left by a process that was killed: this one has the store, so no other listens there.
            File.Delete(path);
            listener.Bind(address);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, OwnerOnly);
            }

            listener.Listen(MaxConnections);
            return listener;
        }
        catch (Exception e) when (e is SocketException or IOException or UnauthorizedAccessException)
        {
            ControlLog.NotOpened(logger, e);
            listener.Dispose();
            return null;
        }
    }

    private async Task ServeAsync(Socket connection, CancellationToken stopping)
    {
        try
        {
            using (connection)
            {
                if (!ControlPeer.IsTrusted(connection))
                {
                    ControlLog.Untrusted(logger);
                    return;
                }

                using var deadline = new CancellationTokenSource(LineDeadline, time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stopping);
                var line = await ControlLine.ReadAsync(connection, either.Token);
                await AnswerAsync(connection, line, stopping);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // It went, or the node stops; there is nobody to tell.
        }
        catch (Exception e)
        {
            ControlLog.RequestFailed(logger, e);
        }
        finally
        {
            _places.Release();
        }
    }

    private async Task AnswerAsync(Socket connection, string? line, CancellationToken stopping)
    {
        if (line == ControlLine.KeyFile)
        {
            await ControlLine.WriteAsync(connection, ControlLine.Done + store.KeyPath, stopping);
        }
        else if (line != ControlLine.Checkpoint)
        {
            await ControlLine.WriteAsync(connection, ControlLine.Refused + "there is no such request", stopping);
        }
        else if (!await _oneCheckpoint.WaitAsync(0, stopping))
        {
            await ControlLine.WriteAsync(connection, ControlLine.Refused + "another backup is under way", stopping);
        }
        else
        {
            try
            {
                await HoldCheckpointAsync(connection, stopping);
            }
            finally
            {
                _oneCheckpoint.Release();
            }
        }
    }

    private async Task HoldCheckpointAsync(Socket connection, CancellationToken stopping)
    {
        StoreCheckpoint checkpoint;
        try
        {
            // It may flush, so not on a thread that others wait for.
            checkpoint = await Task.Factory.StartNew(
                store.CreateCheckpoint,
                stopping,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default
            );
        }
        catch (BackupException e)
        {
            await ControlLine.WriteAsync(connection, ControlLine.Refused + e.Message, stopping);
            return;
        }

        using (checkpoint)
        {
            ControlLog.Made(logger, checkpoint.Folder);
            using var lifetime = new CancellationTokenSource(CheckpointLifetime, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(lifetime.Token, stopping);
            await ControlLine.WriteAsync(connection, ControlLine.Done + checkpoint.Folder, either.Token);

            // Until the other side closes.
            _ = await ControlLine.ReadAsync(connection, either.Token);
        }

        ControlLog.Deleted(logger, checkpoint.Folder);
    }

    public override void Dispose()
    {
        _places.Dispose();
        _oneCheckpoint.Dispose();
        base.Dispose();
    }
}
