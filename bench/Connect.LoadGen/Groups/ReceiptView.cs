using Connect.Protocol.V1;

namespace Connect.LoadGen.Groups;

/// <summary>
/// How many others hold and have read the messages of one author, as its device was told. Both only rise, and what
/// holds for a message holds for those before it.
/// </summary>
internal sealed class ReceiptView
{
    private readonly Dictionary<long, (uint Delivered, uint Read)> _counts = [];
    private readonly Dictionary<string, (ulong Delivered, ulong Read)> _marks = [];

    public void Take(Receipt receipt)
    {
        if (receipt.Seq > 0)
        {
            Take((long)receipt.Seq, receipt.DeliveredCount, receipt.ReadCount);
            return;
        }

        var known = _marks.GetValueOrDefault(receipt.User);
        _marks[receipt.User] = (Math.Max(known.Delivered, receipt.Delivered), Math.Max(known.Read, receipt.Read));
    }

    /// <summary>What the list of conversations says.</summary>
    public void Take(long seq, uint delivered, uint read)
    {
        var known = _counts.GetValueOrDefault(seq);
        _counts[seq] = (Math.Max(known.Delivered, delivered), Math.Max(known.Read, read));
    }

    /// <summary>Of one message, as far as was told.</summary>
    /// <param name="seq">Where it stands.</param>
    /// <param name="author">Whose it is; their own marks do not count.</param>
    public (uint Delivered, uint Read) Of(long seq, string author)
    {
        var counts = _counts.Where(each => each.Key >= seq).Select(each => each.Value).ToList();
        var others = _marks.Where(each => each.Key != author).Select(each => each.Value).ToList();
        return (
            Math.Max(
                counts.Select(each => each.Delivered).DefaultIfEmpty().Max(),
                (uint)others.Count(each => each.Delivered >= (ulong)seq)
            ),
            Math.Max(
                counts.Select(each => each.Read).DefaultIfEmpty().Max(),
                (uint)others.Count(each => each.Read >= (ulong)seq)
            )
        );
    }
}
