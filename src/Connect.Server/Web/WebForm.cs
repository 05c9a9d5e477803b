using Microsoft.Net.Http.Headers;

namespace Connect.Server.Web;

/// <summary>One form of a file.</summary>
/// <param name="Coding">As <c>Content-Encoding</c> says it; null when it is plain.</param>
/// <param name="Bytes">The content.</param>
/// <param name="Tag">Differs whenever a byte differs.</param>
internal sealed record WebForm(string? Coding, ReadOnlyMemory<byte> Bytes, EntityTagHeaderValue Tag);
