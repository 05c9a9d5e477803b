using System.Text;
using ErrorCode = Connect.Protocol.ErrorCode;

namespace Connect.Cluster.Tests.Texts;

/// <summary>One row of the table: what is sent, and what becomes of it as a message and as a title.</summary>
/// <param name="Name">For people.</param>
/// <param name="Bytes">As they go onto the wire, which is UTF-8 wherever it can be.</param>
/// <param name="Escaped">The same with escapes of JSON; null when it cannot be said so.</param>
/// <param name="AsMessage">None: comes out byte for byte; else the refusal.</param>
/// <param name="AsTitle">The same, as the title of a group.</param>
internal sealed record TextCase(string Name, byte[] Bytes, string? Escaped, ErrorCode AsMessage, ErrorCode AsTitle)
{
    /// <summary>As a string, where it is one.</summary>
    public string Text => Encoding.UTF8.GetString(Bytes);

    public override string ToString() => Name;
}
