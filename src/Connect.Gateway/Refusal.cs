namespace Connect.Gateway;

/// <summary>Why a request got no answer, in the numbers of the protocol.</summary>
/// <param name="Code">What went wrong.</param>
/// <param name="Detail">In words for people; null = the sentence of the table of errors.</param>
/// <param name="Field">The field of the request that is at fault.</param>
/// <param name="RetryAfter">How long to wait before a retry; zero = not said.</param>
internal sealed record Refusal(
    ErrorCode Code,
    string? Detail = null,
    string? Field = null,
    TimeSpan RetryAfter = default
);
