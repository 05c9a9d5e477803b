using System.Text;
using Connect.LoadGen.Wire;
using Connect.Protocol.V1;

namespace Connect.LoadGen.Load;

/// <summary>A device of Connect, as the protocol wants it, with hand-written reading of what comes in masses.</summary>
internal sealed class ConnectMember(LoadRoom room, LoadSocket socket, LoadMeter meter) : LoadMember(room, socket, meter)
{
    /// <summary>Request ids of syncs start here, above those of all messages.</summary>
    private const ulong FirstSyncId = 1UL << 40;

    private string? _conversation;
    private ulong _syncId = FirstSyncId;

    /// <summary>Hints and laggings it was told: it read too slowly.</summary>
    public int Hints { get; private set; }

    /// <summary>What it lacks comes by a sync.</summary>
    public override void Heal()
    {
        if (!Log.IsSyncing)
        {
            BeginSync();
        }
    }

    private void BeginSync()
    {
        Log.BeginSync();
        var sync = new Sync { Mode = SyncMode.All };
        if (_conversation is not null && Log.Position > 0)
        {
            sync.Positions.Add(new Position { Conversation = _conversation, Seq = (ulong)Log.Position });
        }

        Outlet.Post(new ClientFrame { Id = ++_syncId, Sync = sync });
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
                    TakePage(id, bytes);
                    break;
                case ServerFrame.PingFieldNumber:
                    Outlet.Post(new ClientFrame { Pong = new() });
                    break;
                case ServerFrame.HintFieldNumber:
                    Hints++;
                    Heal();
                    break;
                case ServerFrame.LaggingFieldNumber:
                    Hints++;
                    BeginSync();
                    break;
                case ServerFrame.ErrFieldNumber:
                    TakeError(id);
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
        var read = WireEntry.Read(entry);
        if (_conversation is null)
        {
            _conversation = Encoding.ASCII.GetString(read.Conversation);
        }

        var (seq, stamp) = (read.Seq, read.Stamp);
        if (!read.IsOurs)
        {
            Log.TakeOther(seq);
        }
        else if (Log.Take(seq, stamp.Sender, stamp.Number) && stamp.Sender != Outlet.Sender)
        {
            Delivered(stamp);
        }
    }

    private void TakeError(ulong id)
    {
        if (id < FirstSyncId)
        {
            Meter.CountRefused();
        }
        else if (id == _syncId)
        {
            BeginSync();
        }
    }

    private void TakePage(ulong id, ReadOnlySpan<byte> bytes)
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

        if (page.More && id == _syncId)
        {
            Outlet.Post(new ClientFrame { Id = _syncId, Next = new() });
        }
        else if (id == _syncId)
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
