using Connect.Contracts.Conversations;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;

namespace Connect.Conversations.State;

/// <summary>A member's marks before and after they rose.</summary>
internal readonly record struct RaisedMarks(UserId User, MemberMarks Before, MemberMarks After)
{
    /// <summary>Something of it is more than was told before.</summary>
    public bool IsNews => After.Delivered > Before.Delivered || After.Read > Before.Read;

    /// <summary>What was delivered and what was read with it.</summary>
    public IEnumerable<SeqRange> Ranges => RangesByKind.Select(each => each.Seqs);

    /// <inheritdoc cref="Ranges"/>
    public IEnumerable<(SeqRange Seqs, bool IsRead)> RangesByKind
    {
        get
        {
            if (After.Delivered > Before.Delivered)
            {
                yield return (new(Before.Delivered + 1, After.Delivered), false);
            }

            if (After.Read > Before.Read)
            {
                yield return (new(Before.Read + 1, After.Read), true);
            }
        }
    }

    /// <summary>
    /// As somebody sees it who is not told what was read: not even, by a push that says nothing new, that it was.
    /// </summary>
    public RaisedMarks HideRead(bool isHidden) =>
        isHidden ? this with { Before = Before with { Read = 0 }, After = After with { Read = 0 } } : this;

    public MarkChange ToChange() => new(User, After.Delivered, After.Read);
}
