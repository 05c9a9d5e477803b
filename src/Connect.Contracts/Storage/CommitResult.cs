using System.Collections.Immutable;

namespace Connect.Contracts.Storage;

/// <summary>The outcome of a commit.</summary>
/// <param name="Status">What became of it.</param>
/// <param name="Known">With <see cref="CommitStatus.Duplicate"/>: the cids that have rows.</param>
public sealed record CommitResult(CommitStatus Status, ImmutableArray<KnownCid> Known)
{
    public static readonly CommitResult Committed = new(CommitStatus.Committed, []);
    public static readonly CommitResult Fenced = new(CommitStatus.Fenced, []);
    public static readonly CommitResult Exists = new(CommitStatus.Exists, []);
    public static readonly CommitResult Refused = new(CommitStatus.Refused, []);
}
