using Connect.Contracts.Conversations;

namespace Connect.Contracts.Refusals;

/// <summary>What the writer of a conversation answered, as a reason for a refusal.</summary>
public static class AppendStatusReasons
{
    public static RefusalReason ToReason(this AppendStatus status) =>
        status switch
        {
            AppendStatus.Conflict => RefusalReason.Conflict,
            AppendStatus.Predecessor => RefusalReason.Predecessor,
            AppendStatus.TooOld => RefusalReason.TooOld,
            AppendStatus.NotFound => RefusalReason.NotFound,
            AppendStatus.NotMember => RefusalReason.NotMember,
            AppendStatus.Forbidden => RefusalReason.Forbidden,
            AppendStatus.Unavailable => RefusalReason.Unavailable,
            AppendStatus.Unknown => RefusalReason.UnknownOutcome,
            AppendStatus.GroupFull => RefusalReason.GroupFull,
            AppendStatus.Invalid => RefusalReason.Invalid,
            AppendStatus.TooManyInvites => RefusalReason.RateLimited,
            AppendStatus.Committed or AppendStatus.Duplicate => RefusalReason.None,
            _ => RefusalReason.Internal,
        };
}
