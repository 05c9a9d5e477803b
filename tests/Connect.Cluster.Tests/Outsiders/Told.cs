using ErrorCode = Connect.Protocol.ErrorCode;

namespace Connect.Cluster.Tests.Outsiders;

/// <summary>
/// What each outsider is answered about a conversation; <c>None</c> is an answer without an error, which then must not
/// tell anything either.
/// </summary>
internal sealed record Told(ErrorCode Stranger, ErrorCode Invited, ErrorCode Removed)
{
    /// <summary>Of what only a member may read.</summary>
    public static readonly Told ByReading = new(ErrorCode.NotFound, ErrorCode.NotFound, ErrorCode.NotMember);

    /// <summary>Of the log: who was a member reads what was written while they were.</summary>
    public static readonly Told ByHistory = new(ErrorCode.NotFound, ErrorCode.NotFound, ErrorCode.None);

    /// <summary>Of what only a member may do. Who is invited knows that the group is there.</summary>
    public static readonly Told ByDoing = new(ErrorCode.NotFound, ErrorCode.Forbidden, ErrorCode.NotMember);

    /// <summary>Of what is looked for in one's own list, where it is for nobody of them.</summary>
    public static readonly Told ByList = new(ErrorCode.NotFound, ErrorCode.NotFound, ErrorCode.NotFound);

    /// <summary>No error, and nothing else.</summary>
    public static readonly Told Nothing = new(ErrorCode.None, ErrorCode.None, ErrorCode.None);

    public ErrorCode To(Outsider outsider) =>
        outsider switch
        {
            Outsider.Invited => Invited,
            Outsider.Removed => Removed,
            _ => Stranger,
        };
}
