using System.Net;
using System.Text.RegularExpressions;
using Connect.Contracts.Storage;
using Connect.Doors.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Connect.Http.Pipeline;

/// <summary>
/// Wraps every HTTP request: a failure without a body of ours (unknown route, wrong method, malformed JSON, an
/// internal error) leaves as problem+json, and reveals no internals.
/// </summary>
internal sealed partial class ProblemMiddleware(RequestDelegate next, ILogger<ProblemMiddleware> log)
{
    public async Task InvokeAsync(HttpContext context)
    {
        await AnswerAsync(context);
        if (context.Features.Get<Problem>() is { } problem)
        {
            log.RequestRefused(context.TraceIdentifier, problem.Status, problem.Code);
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return;
        }
        catch (BadHttpRequestException exception)
        {
            await AnswerAsync(context, FromBadRequest(exception), exception.StatusCode);
            return;
        }
        catch (StoreRefusesException)
        {
            // The store logs this itself, and recovers by itself.
            await AnswerAsync(context, new(ErrorCode.Unavailable), null);
            return;
        }
        catch (Exception exception)
        {
            log.RequestFailed(exception, context.TraceIdentifier);
            await AnswerAsync(context, new(ErrorCode.Internal), null);
            return;
        }

        var response = context.Response;
        if (response is { StatusCode: >= 400, HasStarted: false, ContentLength: null, ContentType: null })
        {
            await AnswerAsync(context, FromStatus(response.StatusCode), response.StatusCode);
        }
    }

    /// <summary>Maps what the framework rejected before a handler saw it.</summary>
    internal static HttpError FromStatus(int status) =>
        status switch
        {
            StatusCodes.Status404NotFound => new(ErrorCode.NotFound, "There is nothing at this address."),
            StatusCodes.Status405MethodNotAllowed => new(ErrorCode.UnknownType, "This method is not served here."),
            StatusCodes.Status413PayloadTooLarge => new(ErrorCode.TooLarge, "A body has at most 64 KiB."),
            StatusCodes.Status415UnsupportedMediaType => new(ErrorCode.Invalid, "Send application/json."),
            StatusCodes.Status401Unauthorized => new(ErrorCode.Unauthenticated),
            StatusCodes.Status403Forbidden => new(ErrorCode.Forbidden),
            StatusCodes.Status426UpgradeRequired => new(ErrorCode.UnsupportedVersion),
            StatusCodes.Status503ServiceUnavailable => new(ErrorCode.Unavailable),
            >= 500 => new(ErrorCode.Internal),
            _ => new(ErrorCode.Invalid, "The request cannot be read."),
        };

    private static HttpError FromBadRequest(BadHttpRequestException exception) =>
        // The framework's messages name our types and parameters, and could quote the body.
        exception.InnerException
            is System.Text.Json.JsonException json
            ? new(ErrorCode.Invalid, "The body is not the JSON that is expected.", FieldOf(json.Path))
            : FromStatus(exception.StatusCode) with
            {
                Field = ParameterOf(exception.Message),
            };

    /// <summary>The name alone: the framework quotes the value after it.</summary>
    private static string? ParameterOf(string message) =>
        BadParameter().Match(message) is { Success: true } match ? match.Groups["name"].Value : null;

    [GeneratedRegex("""^Failed to bind parameter "[^" ]* (?<name>\w+)" from """)]
    private static partial Regex BadParameter();

    /// <summary>HEAD is allowed wherever GET is.</summary>
    private static IEnumerable<string> WithHead(string allow)
    {
        var methods = allow.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return methods.Contains(HttpMethods.Get) ? methods.Append(HttpMethods.Head) : methods;
    }

    private static string? FieldOf(string? path) =>
        path is ['$', '.', .. { Length: > 0 and <= 64 } field] ? field : null;

    private static Task AnswerAsync(HttpContext context, HttpError error, int? status)
    {
        if (context.Response.HasStarted)
        {
            // Part of the response is out: abort, so that nobody takes it for complete.
            context.Abort();
            return Task.CompletedTask;
        }

        var allow = context.Response.Headers.Allow;
        context.Response.Clear();
        SecurityHeaders.Add(context);
        context.Response.Headers.Allow = allow.Count == 0 ? allow : string.Join(", ", WithHead(allow.ToString()));
        return Problems.WriteAsync(context, Problems.Describe(error.Code, error.Detail, error.Field, status: status));
    }

    /// <summary>An error from outside the use cases.</summary>
    internal readonly record struct HttpError(ErrorCode Code, string? Detail = null, string? Field = null);
}

/// <summary>Log events of HTTP, without paths and queries, which name users.</summary>
internal static partial class HttpLog
{
    [LoggerMessage(
        1850,
        LogLevel.Error,
        "Request {Request} failed with an internal error.",
        EventName = "RequestFailed"
    )]
    public static partial void RequestFailed(this ILogger logger, Exception exception, string request);

    [LoggerMessage(
        1851,
        LogLevel.Debug,
        "Request {Request} was refused with status {Status}, error {Code}.",
        EventName = "RequestRefused"
    )]
    public static partial void RequestRefused(this ILogger logger, string request, int status, int code);

    /// <summary>Whoever watches the log for guesses needs the address, and no more than that.</summary>
    [LoggerMessage(
        1852,
        LogLevel.Information,
        "A login from {Address} was refused: wrong username or password.",
        EventName = "LoginRefused"
    )]
    public static partial void LoginRefused(this ILogger logger, IPAddress? address);
}
