using System.Text.Json.Serialization;

namespace Connect.Doors.Problems;

/// <summary>An error (RFC 9457).</summary>
/// <param name="Type"><c>urn:connect:error:</c> and the name.</param>
/// <param name="Title">A sentence for people, the same for each error of this name.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">The number, as in an <c>err</c> frame.</param>
/// <param name="Name">The name, as in an <c>err</c> frame.</param>
/// <param name="Retryable">Whether the same request may succeed later.</param>
/// <param name="Detail">What is wrong with this request.</param>
/// <param name="Field">The field that is at fault.</param>
/// <param name="RetryAfterMs">How long to wait before a retry, milliseconds; also in <c>Retry-After</c>.</param>
/// <param name="RequestId">Names this request in the server's log: give it to whoever runs the server.</param>
public sealed record Problem(
    string Type,
    string Title,
    int Status,
    int Code,
    string Name,
    bool Retryable,
    string? Detail = null,
    string? Field = null,
    long? RetryAfterMs = null,
    string? RequestId = null
);

/// <summary>The source-generated contract of problems: the names of the frames.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(Problem))]
internal sealed partial class ProblemJsonContext : JsonSerializerContext;
