namespace Connect.Contracts.Storage;

/// <summary>Why a range stays empty for a reader. The numbers are those of the wire.</summary>
public enum SkipReason
{
    NotMember = 1,
    Expired = 2,
    Deleted = 3,
}
