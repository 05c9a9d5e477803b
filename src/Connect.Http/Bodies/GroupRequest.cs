namespace Connect.Http.Bodies;

/// <summary>A new group.</summary>
/// <param name="Title">1 to 256 bytes of UTF-8.</param>
/// <param name="Members">Ids of the users to add, besides oneself; contacts are added, others are invited.</param>
internal sealed record GroupRequest(string Title, IReadOnlyList<string>? Members = null);
