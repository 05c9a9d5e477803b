namespace Connect.Protocol;

/// <summary>What is known of an error code.</summary>
/// <param name="Code">The number.</param>
/// <param name="Name">Its name on the wire, such as <c>not_found</c>.</param>
/// <param name="Message">A sentence for people, used when there is nothing better to say.</param>
/// <param name="Retryable">Whether the same request may succeed later.</param>
/// <param name="HttpStatus">The status of an HTTP answer that carries it.</param>
public sealed record ErrorDescription(ErrorCode Code, string Name, string Message, bool Retryable, int HttpStatus);
