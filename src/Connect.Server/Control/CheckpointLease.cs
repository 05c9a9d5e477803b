using System.Net.Sockets;
using Connect.Storage;

namespace Connect.Server.Control;

/// <summary>A checkpoint that a running node made for this process; it goes when this is disposed.</summary>
internal sealed class CheckpointLease : IDisposable
{
    private readonly Socket _connection;

    private CheckpointLease(Socket connection, string folder)
    {
        _connection = connection;
        Folder = folder;
    }

    public string Folder { get; }

    /// <summary>Asks the node of a data folder; null when none runs.</summary>
    /// <exception cref="BackupException">It runs and gives none.</exception>
    public static async Task<CheckpointLease?> TryTakeAsync(string dataFolder, CancellationToken cancellationToken)
    {
        if (ControlAddress.Of(dataFolder) is not { } address || !File.Exists(ControlAddress.PathOf(dataFolder)))
        {
            return null;
        }

        var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            try
            {
                await connection.ConnectAsync(address, cancellationToken);
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
            {
                // Left by a node that was killed.
                connection.Dispose();
                return null;
            }

            await ControlLine.WriteAsync(connection, ControlLine.Checkpoint, cancellationToken);
            var answer = await ControlLine.ReadAsync(connection, cancellationToken);
            return answer?.StartsWith(ControlLine.Done, StringComparison.Ordinal) == true
                ? new(connection, answer[ControlLine.Done.Length..])
                : throw new BackupException($"The running node gives no checkpoint: {answer ?? "it said nothing"}.");
        }
        catch (SocketException e)
        {
            connection.Dispose();
            throw new BackupException($"The control socket of the running node fails: {e.Message}", e);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public void Dispose() => _connection.Dispose();
}
