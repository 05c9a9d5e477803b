namespace Connect.Server.Web;

/// <summary>One file of the web client, in memory, in each form that was built of it.</summary>
/// <param name="Path">Where it is served, from <c>/</c>.</param>
/// <param name="ContentType">What it is.</param>
/// <param name="IsForever">Its name changes with its content, so whoever has it need never ask again.</param>
/// <param name="Forms">The plain form last, smaller ones before it.</param>
internal sealed record WebFile(string Path, string ContentType, bool IsForever, IReadOnlyList<WebForm> Forms)
{
    /// <summary>Bytes of all forms.</summary>
    public long Size => Forms.Sum(each => (long)each.Bytes.Length);

    /// <summary>A copy that is asked for is up to date for a year, or only after it was asked for.</summary>
    public string CacheControl => IsForever ? "public, max-age=31536000, immutable" : "no-cache";

    /// <summary>Caches on the way must not give one form to who asked for another.</summary>
    public bool Varies => Forms.Count > 1;
}
