using System.Text;
using Connect.LoadGen.Wire;
using Connect.Protocol.V1;

namespace Connect.LoadGen.Load;

/// <summary>A device of Connect, as the protocol wants it, with hand-written reading of what comes in masses.</summary>
internal sealed class ConnectMember(LoadRoom room, LoadSocket socket, LoadMeter meter) : LoadMember(room, socket, meter)
{
    private const uint SyncId = 10;

    private string? _conversation;

    /// <summary>Hints and laggings it was told: it read too slowly.</summary>
    public int Hints { get; private set; }

    /// <summary>What it lacks comes by a sync.</summary>
    public override void Heal()
    {
        if (!Log.IsSyncing)
        {
            Log.BeginSync();
            var sync = new Sync { Mode = SyncMode.All };
            if (_conversation is not null && Log.Position > 0)
            {
                sync.Positions.Add(new Position { Conversation = _conversation, Seq = (ulong)Log.Position });
            }

            Outlet.Post(new ClientFrame { Id = SyncId, Sync = sync });
        }
    }

    protected override void Take(ReadOnlySpan<byte> message)
    {
        var frames = new WireReader(message);
        while (frames.ReadDelimited())
        {
            TakeFrame(frames.Bytes);
        }
    }

    private void TakeFrame(ReadOnlySpan<byte> bytes)
    {
        var frame = new WireReader(bytes);
        ulong id = 0;
        while (frame.Read())
        {
            switch (frame.Field)
            {
                case 1:
                    id = frame.Number;
                    break;
                case ServerFrame.SentFieldNumber:
                    TakeSent(id, frame.Bytes);
                    break;
                case ServerFrame.EntriesFieldNumber:
                    TakeEntries(frame.Bytes);
                    break;
                case ServerFrame.SyncPageFieldNumber:
                    TakePage(bytes);
                    break;
                case ServerFrame.PingFieldNumber:
                    Outlet.Post(new ClientFrame { Pong = new() });
                    break;
                case ServerFrame.HintFieldNumber:
                case ServerFrame.LaggingFieldNumber:
                    Hints++;
                    Heal();
                    break;
                case ServerFrame.ErrFieldNumber:
                    Meter.CountRefused();
                    break;
                default:
                    // Receipts, typing and the like are not what is measured here.
                    break;
            }
        }
    }

    private void TakeSent(ulong id, ReadOnlySpan<byte> sent)
    {
        var fields = new WireReader(sent);
        long seq = 0;
        while (fields.Read())
        {
            seq = fields.Field == Sent.SeqFieldNumber ? (long)fields.Number : seq;
            if (fields.Field == Sent.ConversationFieldNumber)
            {
                _conversation ??= Encoding.ASCII.GetString(fields.Bytes);
            }
        }

        if (Outlet.TryAck(id, out var number, out var due))
        {
            Meter.CountAck(due, Meter.Now);
            Log.Take(seq, Outlet.Sender, number);
            Free(Outlet, number);
        }
    }

    private void TakeEntries(ReadOnlySpan<byte> entries)
    {
        var fields = new WireReader(entries);
        while (fields.Read())
        {
            TakeEntry(fields.Bytes);
        }
    }

    private void TakeEntry(ReadOnlySpan<byte> entry)
    {
        var fields = new WireReader(entry);
        long seq = 0;
        MessageStamp stamp = default;
        var isMessage = false;
        while (fields.Read())
        {
            switch (fields.Field)
            {
                case Entry.SeqFieldNumber:
                    seq = (long)fields.Number;
                    break;
                case Entry.TextFieldNumber:
                    isMessage = MessageStamp.TryRead(fields.Bytes, out stamp);
                    break;
                case Entry.ConversationFieldNumber:
                    _conversation ??= Encoding.ASCII.GetString(fields.Bytes);
                    break;
                default:
                    break;
            }
        }

        if (!isMessage)
        {
            Log.TakeOther(seq);
        }
        else if (Log.Take(seq, stamp.Sender, stamp.Number) && stamp.Sender != Outlet.Sender)
        {
            Delivered(stamp);
        }
    }

    private void TakePage(ReadOnlySpan<byte> bytes)
    {
        var page = ServerFrame.Parser.ParseFrom(bytes).SyncPage;
        foreach (var skipped in page.Skipped)
        {
            Log.Skip((long)skipped.From, (long)skipped.To);
        }

        var fields = new WireReader(bytes);
        while (fields.Read())
        {
            if (fields.Field == ServerFrame.SyncPageFieldNumber)
            {
                TakePageEntries(fields.Bytes);
            }
        }

        if (page.More)
        {
            Outlet.Post(new ClientFrame { Id = SyncId + 1, Next = new() });
        }
        else
        {
            Log.EndSync();
        }
    }

    private void TakePageEntries(ReadOnlySpan<byte> page)
    {
        var fields = new WireReader(page);
        while (fields.Read())
        {
            if (fields.Field == SyncPage.EntriesFieldNumber)
            {
                TakeEntry(fields.Bytes);
            }
        }
    }
}
