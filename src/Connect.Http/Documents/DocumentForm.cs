using Microsoft.Net.Http.Headers;

namespace Connect.Http.Documents;

/// <summary>One form of a document.</summary>
/// <param name="Coding">As <c>Content-Encoding</c> says it; null when it is plain.</param>
/// <param name="Bytes">The content.</param>
/// <param name="Tag">Differs whenever a byte differs.</param>
public sealed record DocumentForm(string? Coding, ReadOnlyMemory<byte> Bytes, EntityTagHeaderValue Tag);
