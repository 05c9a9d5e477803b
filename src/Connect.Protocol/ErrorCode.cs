namespace Connect.Protocol;

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
