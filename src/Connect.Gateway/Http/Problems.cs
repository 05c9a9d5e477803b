using System.Globalization;
using Connect.Gateway.Http.Bodies;
using Connect.Protocol;
using Microsoft.AspNetCore.Http;

namespace Connect.Gateway.Http;

/// <summary>Errors as problem+json (RFC 9457) with the numbers of the wire.</summary>
internal static class Problems
{
    public const string ContentType = "application/problem+json";

    /// <param name="refusal">What went wrong.</param>
    /// <param name="status">The HTTP status when it is not the usual one of the error.</param>
    public static Problem Describe(Refusal refusal, int? status = null)
    {
        var known = ErrorCodes.Describe(refusal.Code);
        return new(
            "urn:connect:error:" + known.Name,
            known.Message,
            status ?? known.HttpStatus,
            (int)known.Code,
            known.Name,
            known.Retryable,
            refusal.Detail,
            refusal.Field,
            refusal.RetryAfter > TimeSpan.Zero ? (long)Math.Ceiling(refusal.RetryAfter.TotalMilliseconds) : null
        );
    }

    /// <summary>An answer for a handler.</summary>
    public static IResult Result(Refusal refusal) => new ProblemResult(Describe(refusal));

    /// <summary>An answer for a handler.</summary>
    public static IResult Result(ErrorCode code, string? detail = null, string? field = null) =>
        Result(new Refusal(code, detail, field));

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
        return response.WriteAsJsonAsync(problem, HttpJsonContext.Default.Problem, ContentType, context.RequestAborted);
    }

    private sealed class ProblemResult(Problem problem) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => WriteAsync(httpContext, problem);
    }
}
