using System.Globalization;

namespace Connect.LoadGen.Wire;

/// <summary>The other side ended the connection.</summary>
/// <param name="code">As the WebSocket says; 0 when it said nothing.</param>
internal sealed class SocketClosedException(int code)
    : IOException(string.Create(CultureInfo.InvariantCulture, $"The connection was closed, code {code}."))
{
    public int Code { get; } = code;
}
