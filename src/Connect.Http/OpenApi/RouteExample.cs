namespace Connect.Http.OpenApi;

/// <summary>What one operation looks like in use.</summary>
/// <param name="Request">The JSON of a request; null when it has no body.</param>
/// <param name="Answer">The JSON of the answer; null when it has no body.</param>
/// <param name="Parameters">What each parameter is.</param>
internal sealed record RouteExample(
    string? Request = null,
    string? Answer = null,
    IReadOnlyDictionary<string, string>? Parameters = null
);
