namespace Connect.Http.Bodies;

/// <summary>A new title of a group.</summary>
/// <param name="Title">1 to 256 bytes of UTF-8.</param>
internal sealed record TitleRequest(string Title);
