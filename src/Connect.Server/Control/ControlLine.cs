using System.Net.Sockets;
using System.Text;

namespace Connect.Server.Control;

/// <summary>
/// What is spoken on the control socket: one line each way, then the connection stays as long as needed.
/// </summary>
internal static class ControlLine
{
    /// <summary>Asks for a checkpoint, which lives as long as the connection.</summary>
    public const string Checkpoint = "checkpoint";

    /// <summary>Asks where the key file of the store is.</summary>
    public const string KeyFile = "key file";

    /// <summary>Before the answer: the folder of the checkpoint, the path of the key file.</summary>
    public const string Done = "ok ";

    /// <summary>Before the reason why not.</summary>
    public const string Refused = "error ";

    private const int MaxBytes = 8_192;

    /// <summary>Reads a line; null when the other side ended or says too much.</summary>
    public static async Task<string?> ReadAsync(Socket socket, CancellationToken cancellationToken)
    {
        var buffer = new byte[MaxBytes];
        var length = 0;
        while (length < buffer.Length)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(length), SocketFlags.None, cancellationToken);
            if (read == 0)
            {
                return null;
            }

            var end = buffer.AsSpan(length, read).IndexOf((byte)'\n');
            if (end >= 0)
            {
                return Encoding.UTF8.GetString(buffer, 0, length + end);
            }

            length += read;
        }

        return null;
    }

    public static async Task WriteAsync(Socket socket, string line, CancellationToken cancellationToken)
    {
        var rest = Encoding.UTF8.GetBytes(line.ReplaceLineEndings(" ") + '\n').AsMemory();
        while (!rest.IsEmpty)
        {
            rest = rest[await socket.SendAsync(rest, SocketFlags.None, cancellationToken)..];
        }
    }
}
