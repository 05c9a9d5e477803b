namespace Connect.Http.Bodies;

/// <summary>Whom the caller blocks.</summary>
/// <param name="Blocks">By name.</param>
internal sealed record BlocksResponse(IReadOnlyList<BlockResponse> Blocks);
