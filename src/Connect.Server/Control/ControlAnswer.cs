using System.Net.Sockets;
using Connect.Storage;

namespace Connect.Server.Control;

/// <summary>
/// What a running node answered a command; what it holds for the command, a checkpoint for instance, goes when this is
/// disposed.
/// </summary>
internal sealed class ControlAnswer : IDisposable
{
    private readonly Socket _connection;

    private ControlAnswer(Socket connection, string text)
    {
        _connection = connection;
        Text = text;
    }

    public string Text { get; }

    /// <summary>Asks the node of a data folder; null when none runs.</summary>
    /// <param name="dataFolder">The data folder.</param>
    /// <param name="request">One of <see cref="ControlLine"/>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="BackupException">It runs and refuses.</exception>
    public static async Task<ControlAnswer?> TryAskAsync(
        string dataFolder,
        string request,
        CancellationToken cancellationToken
    )
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

            await ControlLine.WriteAsync(connection, request, cancellationToken);
            var answer = await ControlLine.ReadAsync(connection, cancellationToken);
            return answer?.StartsWith(ControlLine.Done, StringComparison.Ordinal) == true
                ? new(connection, answer[ControlLine.Done.Length..])
                : throw new BackupException($"The running node gives no {request}: {answer ?? "it said nothing"}.");
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
