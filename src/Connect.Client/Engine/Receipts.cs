using Connect.Client.Positions;
using Wire = Connect.Protocol.V1;

namespace Connect.Client.Engine;

/// <summary>The marks of the members, and the counts that stand for them in large groups.</summary>
internal sealed class Receipts(Round round, ConversationTable conversations)
{
    public void Accept(Wire.Receipts receipts)
    {
        foreach (var receipt in receipts.Receipts_)
        {
            var conversation = conversations.Of(receipt.Conversation);
            if (receipt.User.Length > 0)
            {
                var place = new MemberPlace(receipt.User, (long)receipt.Delivered, (long)receipt.Read);
                Place(conversation, place with { Ended = EndedSeqs.Of(receipt.Ended) });
            }
            else if (receipt.Seq > 0)
            {
                Count(conversation, (long)receipt.Seq, (int)receipt.DeliveredCount, (int)receipt.ReadCount);
            }
        }
    }

    public void Place(KnownConversation conversation, MemberPlace told)
    {
        var known = conversation.Places.GetValueOrDefault(told.User) ?? new(told.User, 0, 0);
        var place = known.Raise(told);
        if (place != known)
        {
            conversation.Places[told.User] = place;
            round.Tell(ToEvent(conversation.Id, place));
        }
    }

    /// <summary>Counts only rise, and hold for all lower seqs at least.</summary>
    public void Count(KnownConversation conversation, long seq, int delivered, int read)
    {
        var known = conversation.Counts;
        if (known is not null && known.Seq > seq)
        {
            return;
        }

        var isSame = known?.Seq == seq;
        var counts = new ReceiptCountsChanged(
            conversation.Id,
            seq,
            isSame ? Math.Max(known!.Delivered, delivered) : delivered,
            isSame ? Math.Max(known!.Read, read) : read
        );
        if (counts != known && counts is not { Delivered: 0, Read: 0 })
        {
            conversation.Counts = counts;
            round.Tell(counts);
        }
    }

    /// <summary>What is known of a conversation, as the events that announced it.</summary>
    public List<ConnectEvent> Known(string id)
    {
        if (conversations.Find(id) is not { } conversation)
        {
            return [];
        }

        List<ConnectEvent> known = [.. conversation.Places.Values.Select(place => ToEvent(id, place))];
        if (conversation.Counts is { } counts)
        {
            known.Add(counts);
        }

        return known;
    }

    private static ReceiptChanged ToEvent(string conversation, MemberPlace place) =>
        new(conversation, place.User, place.Delivered, place.Read) { Ended = place.Ended };
}
