using Connect.Contracts.Refusals;

namespace Connect.Doors.Wire;

/// <summary>A refusal in the numbers of the wire: the same name, and the same number.</summary>
public static class RefusalCodes
{
    public static ErrorCode ToErrorCode(this RefusalReason reason) => (ErrorCode)reason;
}
