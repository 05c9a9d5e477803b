using Connect.Http.Documents;

namespace Connect.Server.Web;

/// <summary>One file of the web client, in memory, in each form that was built of it.</summary>
/// <param name="Path">Where it is served, from <c>/</c>.</param>
/// <param name="Document">What is served there.</param>
internal sealed record WebFile(string Path, FixedDocument Document)
{
    private const string Forever = "public, max-age=31536000, immutable";

    /// <param name="path">Where it is served.</param>
    /// <param name="contentType">What it is.</param>
    /// <param name="isForever">Its name changes with its content, so whoever has it need never ask again.</param>
    /// <param name="forms">The plain form last, smaller ones before it.</param>
    public WebFile(string path, string contentType, bool isForever, IReadOnlyList<DocumentForm> forms)
        : this(path, new(contentType, isForever ? Forever : FixedDocument.Revalidated, forms)) { }

    /// <summary>Bytes of all forms.</summary>
    public long Size => Document.Forms.Sum(each => (long)each.Bytes.Length);
}
