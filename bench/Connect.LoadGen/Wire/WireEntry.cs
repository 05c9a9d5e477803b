using Connect.Protocol.V1;

namespace Connect.LoadGen.Wire;

/// <summary>What a run needs of an entry.</summary>
internal readonly ref struct WireEntry
{
    private WireEntry(long seq, ReadOnlySpan<byte> conversation, bool isOurs, MessageStamp stamp)
    {
        Seq = seq;
        Conversation = conversation;
        IsOurs = isOurs;
        Stamp = stamp;
    }

    public long Seq { get; }

    public ReadOnlySpan<byte> Conversation { get; }

    /// <summary>Whether it is a message of the run.</summary>
    public bool IsOurs { get; }

    public MessageStamp Stamp { get; }

    public static WireEntry Read(ReadOnlySpan<byte> entry)
    {
        var fields = new WireReader(entry);
        long seq = 0;
        var conversation = ReadOnlySpan<byte>.Empty;
        var isOurs = false;
        MessageStamp stamp = default;
        while (fields.Read())
        {
            switch (fields.Field)
            {
                case Entry.SeqFieldNumber:
                    seq = (long)fields.Number;
                    break;
                case Entry.TextFieldNumber:
                    isOurs = MessageStamp.TryRead(fields.Bytes, out stamp);
                    break;
                case Entry.ConversationFieldNumber:
                    conversation = fields.Bytes;
                    break;
                default:
                    break;
            }
        }

        return new(seq, conversation, isOurs, stamp);
    }
}
