using Wire = Connect.Protocol.V1;

namespace Connect.Client;

/// <summary>A refusal by the server, or a fault that the SDK cannot cure by retrying.</summary>
public sealed class ConnectException : Exception
{
    public ConnectException()
        : this(ErrorCode.Internal, "Something went wrong.") { }

    public ConnectException(string message)
        : this(ErrorCode.Internal, message) { }

    public ConnectException(string message, Exception innerException)
        : this(ErrorCode.Internal, message, innerException: innerException) { }

    /// <param name="code">The error, one of the numbers of the protocol.</param>
    /// <param name="message">A sentence for people.</param>
    /// <param name="retryable">Whether the same call may succeed later.</param>
    /// <param name="retryAfter">How long to wait before that; zero when the server did not say.</param>
    /// <param name="innerException">The cause.</param>
    public ConnectException(
        ErrorCode code,
        string message,
        bool retryable = false,
        TimeSpan retryAfter = default,
        Exception? innerException = null
    )
        : base(message, innerException)
    {
        Code = code;
        Retryable = retryable;
        RetryAfter = retryAfter;
    }

    /// <summary>The error, one of the numbers of the protocol; a number this version does not know is kept.</summary>
    public ErrorCode Code { get; }

    /// <summary>Whether the same call may succeed later.</summary>
    public bool Retryable { get; }

    /// <summary>How long to wait before a retry; zero when the server did not say.</summary>
    public TimeSpan RetryAfter { get; }

    /// <summary>Why the server closed the connection for good; none when it did not.</summary>
    public CloseCode Close { get; init; }

    /// <summary>
    /// For a message: it had been transmitted before it was refused, so it may have been sent after all. Shown to
    /// people as "perhaps not sent".
    /// </summary>
    public bool PerhapsSent { get; init; }

    /// <summary>The end of a connection.</summary>
    /// <param name="code">The code that the server closed with; null when the connection broke.</param>
    /// <param name="complaint">What the server said before that; may be empty.</param>
    /// <param name="fault">What broke the connection.</param>
    internal static ConnectException OfClose(int? code, string complaint, Exception? fault)
    {
        var close = (CloseCode)(code ?? 0);
        return new(
            close == CloseCode.Unauthenticated ? ErrorCode.Unauthenticated : ErrorCode.Unavailable,
            code is null
                ? "The connection broke."
                : $"The server closed the connection: {code} {close.Name()}. {complaint}".TrimEnd(),
            retryable: CloseCodes.ShouldReconnect(code ?? 0),
            innerException: fault
        )
        {
            Close = close,
        };
    }

    internal static ConnectException From(Wire.Err err) =>
        new((ErrorCode)err.Code, err.Message, err.Retryable, TimeSpan.FromMilliseconds(err.RetryAfterMs));
}
