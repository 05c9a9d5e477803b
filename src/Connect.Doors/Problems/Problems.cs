using System.Globalization;
using Connect.Contracts.Refusals;
using Connect.Doors.Wire;
using Connect.Protocol;
using Microsoft.AspNetCore.Http;

namespace Connect.Doors.Problems;

/// <summary>Errors as problem+json (RFC 9457) with the numbers of the wire.</summary>
public static class Problems
{
    public const string ContentType = "application/problem+json";

    /// <param name="refusal">What went wrong.</param>
    /// <param name="status">The HTTP status when it is not the usual one of the error.</param>
    public static Problem Describe(Refusal refusal, int? status = null) =>
        Describe(refusal.Reason.ToErrorCode(), refusal.Detail, refusal.Field, refusal.RetryAfter, status);

    /// <param name="code">What went wrong.</param>
    /// <param name="detail">In words for people; null: nothing but the title.</param>
    /// <param name="field">The field of the request that is at fault.</param>
    /// <param name="retryAfter">How long to wait before a retry; zero: not said.</param>
    /// <param name="status">The HTTP status when it is not the usual one of the error.</param>
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

    /// <summary>An answer for a handler.</summary>
    public static IResult Result(Refusal refusal) => new ProblemResult(Describe(refusal));

    /// <summary>An answer for a handler.</summary>
    public static IResult Result(ErrorCode code, string? detail = null, string? field = null) =>
        new ProblemResult(Describe(code, detail, field));

    /// <summary>Writes the answer.</summary>
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
