using System.Globalization;
using System.Text.Json.Serialization;
using Connect.Contracts.Refusals;
using Connect.Doors.Wire;
using Connect.Protocol;
using Microsoft.AspNetCore.Http;

namespace Connect.Doors.Problems;

/// <summary>Errors as problem+json (RFC 9457), with the codes of the wire.</summary>
public static class Problems
{
    public const string ContentType = "application/problem+json";

    /// <param name="refusal">What went wrong.</param>
    /// <param name="status">The HTTP status, if not the error's usual one.</param>
    public static Problem Describe(Refusal refusal, int? status = null) =>
        Describe(refusal.Reason.ToErrorCode(), refusal.Detail, refusal.Field, refusal.RetryAfter, status);

    /// <param name="code">What went wrong.</param>
    /// <param name="detail">A sentence for people; null leaves just the title.</param>
    /// <param name="field">The offending field of the request.</param>
    /// <param name="retryAfter">How long to wait before a retry; zero leaves it out.</param>
    /// <param name="status">The HTTP status, if not the error's usual one.</param>
    public static Problem Describe(
        ErrorCode code,
        string? detail = null,
        string? field = null,
        TimeSpan retryAfter = default,
        int? status = null
    )
    {
        var known = ErrorCodes.Describe(code);
        return new(
            "urn:connect:error:" + known.Name,
            known.Message,
            status ?? known.HttpStatus,
            (int)known.Code,
            known.Name,
            known.Retryable,
            detail,
            field,
            retryAfter > TimeSpan.Zero ? (long)Math.Ceiling(retryAfter.TotalMilliseconds) : null
        );
    }

    /// <summary>The result for a handler to return.</summary>
    public static IResult Result(Refusal refusal) => new ProblemResult(Describe(refusal));

    /// <summary>The result for a handler to return.</summary>
    public static IResult Result(ErrorCode code, string? detail = null, string? field = null) =>
        new ProblemResult(Describe(code, detail, field));

    /// <summary>Writes the problem as the response.</summary>
    public static Task WriteAsync(HttpContext context, Problem problem)
    {
        var response = context.Response;
        response.StatusCode = problem.Status;
        response.Headers.CacheControl = "no-store";
        if (problem.RetryAfterMs is { } wait)
        {
            response.Headers.RetryAfter = ((wait + 999) / 1000).ToString(CultureInfo.InvariantCulture);
        }

        if (problem.Status == StatusCodes.Status401Unauthorized && response.Headers.WWWAuthenticate.Count == 0)
        {
            response.Headers.WWWAuthenticate = "Bearer";
        }

        problem = problem with { RequestId = context.TraceIdentifier };
        context.Features.Set(problem);
        return response.WriteAsJsonAsync(
            problem,
            ProblemJsonContext.Default.Problem,
            ContentType,
            context.RequestAborted
        );
    }

    private sealed class ProblemResult(Problem problem) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => WriteAsync(httpContext, problem);
    }
}

/// <summary>An error (RFC 9457).</summary>
/// <param name="Type"><c>urn:connect:error:</c> and the name.</param>
/// <param name="Title">A sentence for people, the same for each error of this name.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">The number, as in an <c>err</c> frame.</param>
/// <param name="Name">The name, as in an <c>err</c> frame.</param>
/// <param name="Retryable">Whether the same request may succeed later.</param>
/// <param name="Detail">What is wrong with this particular request.</param>
/// <param name="Field">The offending field.</param>
/// <param name="RetryAfterMs">How long to wait before a retry, milliseconds; also in <c>Retry-After</c>.</param>
/// <param name="RequestId">Identifies this request in the server's log; quote it to the operator.</param>
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

/// <summary>The source-generated JSON contract of problems, named like the frames.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(Problem))]
internal sealed partial class ProblemJsonContext : JsonSerializerContext;
