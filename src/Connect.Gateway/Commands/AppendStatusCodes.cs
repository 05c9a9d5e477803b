using Connect.Contracts.Conversations;

namespace Connect.Gateway.Commands;

/// <summary>What a conversation's writer answered, as the wire's errors.</summary>
internal static class AppendStatusCodes
{
    public static ErrorCode ToErrorCode(this AppendStatus status) =>
        status switch
        {
            AppendStatus.Conflict => ErrorCode.Conflict,
            AppendStatus.Predecessor => ErrorCode.Predecessor,
            AppendStatus.TooOld => ErrorCode.TooOld,
            AppendStatus.NotFound => ErrorCode.NotFound,
            AppendStatus.NotMember => ErrorCode.NotMember,
            AppendStatus.Forbidden => ErrorCode.Forbidden,
            AppendStatus.Unavailable => ErrorCode.Unavailable,
            AppendStatus.Unknown => ErrorCode.UnknownOutcome,
            AppendStatus.GroupFull => ErrorCode.GroupFull,
            AppendStatus.Invalid => ErrorCode.Invalid,
            AppendStatus.TooManyInvites => ErrorCode.RateLimited,
            AppendStatus.Committed or AppendStatus.Duplicate => ErrorCode.None,
            _ => ErrorCode.Internal,
        };
}
