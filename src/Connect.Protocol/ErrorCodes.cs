using System.Collections.Frozen;
using Connect.Protocol.V1;

namespace Connect.Protocol;

/// <summary>The table of all errors.</summary>
public static class ErrorCodes
{
    private static readonly FrozenDictionary<ErrorCode, ErrorDescription> Table = new ErrorDescription[]
    {
        new(ErrorCode.BadFrame, "bad_frame", "The frame cannot be read.", false, 400),
        new(ErrorCode.TooLarge, "too_large", "The message or one of its lists is too large.", false, 413),
        new(ErrorCode.UnknownType, "unknown_type", "The server does not know this kind of request.", false, 501),
        new(ErrorCode.HelloExpected, "hello_expected", "The first frame must be hello.", false, 400),
        new(ErrorCode.UnsupportedVersion, "unsupported_version", "This version is not served.", false, 426),
        new(ErrorCode.Unauthenticated, "unauthenticated", "The credentials are not valid.", false, 401),
        new(ErrorCode.TokenExpired, "token_expired", "The token has expired: get a new one.", false, 401),
        new(ErrorCode.Forbidden, "forbidden", "You may not do this.", false, 403),
        new(ErrorCode.NotFound, "not_found", "It does not exist, or you may not see it.", false, 404),
        new(ErrorCode.Invalid, "invalid", "A field has a value that is not allowed.", false, 400),
        new(ErrorCode.Conflict, "conflict", "It exists already with another content.", false, 409),
        new(ErrorCode.Predecessor, "predecessor", "An earlier message is missing: resend in order.", true, 409),
        new(ErrorCode.TooOld, "too_old", "The cid is too old or too far ahead.", false, 410),
        new(ErrorCode.NotMember, "not_member", "You are no longer a member.", false, 403),
        new(ErrorCode.GroupFull, "group_full", "The group has no room left.", false, 409),
        new(ErrorCode.RateLimited, "rate_limited", "Too many requests: slow down.", true, 429),
        new(ErrorCode.Overloaded, "overloaded", "The server is busy: try later.", true, 503),
        new(ErrorCode.Internal, "internal", "The server made a mistake.", true, 500),
        new(ErrorCode.Unavailable, "unavailable", "Not possible at this moment: try later.", true, 503),
        new(ErrorCode.UnknownOutcome, "unknown_outcome", "It may have happened: send it again.", true, 504),
    }.ToFrozenDictionary(description => description.Code);

    /// <summary>All errors that may appear on the wire, by rising number.</summary>
    public static IReadOnlyList<ErrorDescription> All { get; } = [.. Table.Values.OrderBy(each => each.Code)];

    /// <summary>What is known of <paramref name="code"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The code is not in the table.</exception>
    public static ErrorDescription Describe(ErrorCode code) =>
        Table.TryGetValue(code, out var description)
            ? description
            : throw new ArgumentOutOfRangeException(nameof(code), code, "This error code is not in the table.");

    /// <summary>
    /// Whether an error with this number may be retried as far as this version knows: unknown 4xx and 5xx may.
    /// The flag in the frame itself takes precedence.
    /// </summary>
    public static bool IsRetryable(uint code) =>
        code <= ushort.MaxValue && Table.TryGetValue((ErrorCode)code, out var known)
            ? known.Retryable
            : code is >= 400 and < 600;

    /// <summary>The body of an <c>err</c> frame.</summary>
    /// <param name="code">What went wrong.</param>
    /// <param name="message">What to tell people; the table's sentence when absent.</param>
    /// <param name="field">The field of the request that is at fault.</param>
    /// <param name="retryAfter">How long to wait before a retry; rounded up to milliseconds.</param>
    public static Err ToErr(
        this ErrorCode code,
        string? message = null,
        string? field = null,
        TimeSpan retryAfter = default
    )
    {
        var description = Describe(code);
        return new Err
        {
            Code = (uint)code,
            Name = description.Name,
            Message = message ?? description.Message,
            Retryable = description.Retryable,
            RetryAfterMs = (uint)Math.Clamp(Math.Ceiling(retryAfter.TotalMilliseconds), 0, int.MaxValue),
            Field = field ?? "",
        };
    }
}

/// <summary>
/// The errors of the protocol, the same numbers in an <c>err</c> frame and in problem+json. Frozen: a number is never
/// changed or used again. 1xx protocol, 2xx who, 3xx request, 4xx capacity, 5xx server.
/// </summary>
public enum ErrorCode : ushort
{
    /// <summary>No error; never on the wire.</summary>
    None = 0,
    BadFrame = 101,
    TooLarge = 102,
    UnknownType = 103,
    HelloExpected = 104,
    UnsupportedVersion = 105,
    Unauthenticated = 201,
    TokenExpired = 202,
    Forbidden = 203,
    NotFound = 301,
    Invalid = 302,
    Conflict = 303,
    Predecessor = 304,
    TooOld = 305,
    NotMember = 306,
    GroupFull = 307,
    RateLimited = 401,
    Overloaded = 402,
    Internal = 501,
    Unavailable = 502,
    UnknownOutcome = 503,
}

/// <summary>What is known of an error code.</summary>
/// <param name="Code">The number.</param>
/// <param name="Name">Its name on the wire, such as <c>not_found</c>.</param>
/// <param name="Message">A sentence for people, used when there is nothing better to say.</param>
/// <param name="Retryable">Whether the same request may succeed later.</param>
/// <param name="HttpStatus">The status of an HTTP answer that carries it.</param>
public sealed record ErrorDescription(ErrorCode Code, string Name, string Message, bool Retryable, int HttpStatus);
