using Connect.LoadGen.Wire;
using Connect.Protocol.V1;

namespace Connect.LoadGen.Groups;

/// <summary>What it does about what the server sends.</summary>
internal sealed partial class GroupDevice
{
    private void Take(ReadOnlySpan<byte> message)
    {
        lock (_gate)
        {
            var frames = new WireReader(message);
            while (frames.ReadDelimited())
            {
                TakeFrame(frames.Bytes);
            }
        }
    }

    /// <summary>Entries come in masses and are read by hand; all else is rare.</summary>
    private void TakeFrame(ReadOnlySpan<byte> bytes)
    {
        var fields = new WireReader(bytes);
        if (fields.Read() && fields.Field == ServerFrame.EntriesFieldNumber)
        {
            TakeEntries(fields.Bytes, Entries.Entries_FieldNumber, isLive: true);
            return;
        }

        var frame = ServerFrame.Parser.ParseFrom(bytes);
        switch (frame.BodyCase)
        {
            case ServerFrame.BodyOneofCase.Sent:
                TakeSent((int)(frame.Id - GroupOutbox.FirstId), (long)frame.Sent.Seq);
                break;
            case ServerFrame.BodyOneofCase.SyncPage:
                TakePage(frame.Id, bytes, frame.SyncPage);
                break;
            case ServerFrame.BodyOneofCase.Ok when frame.Id == MarkId && _marking is { } marked:
                (_markedDelivered, _markedRead, _marking) = (marked.Delivered, marked.Read, null);
                break;
            case ServerFrame.BodyOneofCase.Err:
                TakeError(frame.Id, frame.Err);
                break;
            case ServerFrame.BodyOneofCase.Hint:
                totals.CountHint();
                TakeHint(frame.Hint.Hints_.Any(each => (long)each.Head > log.Position) && !log.IsSyncing);
                break;
            case ServerFrame.BodyOneofCase.Lagging:
                // Also in the middle of a sync, which is over with it.
                totals.CountLagging();
                TakeHint(mustSync: true);
                break;
            case ServerFrame.BodyOneofCase.Receipts:
                foreach (var receipt in frame.Receipts.Receipts_)
                {
                    _receipts.Take(receipt);
                }

                break;
            case ServerFrame.BodyOneofCase.Typing:
                TakeTyping(frame.Typing);
                break;
            case ServerFrame.BodyOneofCase.Conversations:
                TakeSummary(frame.Conversations.Items.FirstOrDefault(each => each.Id == conversation));
                break;
            case ServerFrame.BodyOneofCase.Ping:
                _sender?.Post(new ClientFrame { Pong = new() });
                break;
            default:
                break;
        }
    }

    private void TakeEntries(ReadOnlySpan<byte> entries, int field, bool isLive)
    {
        var fields = new WireReader(entries);
        while (fields.Read())
        {
            if (fields.Field != field)
            {
                continue;
            }

            var entry = WireEntry.Read(fields.Bytes);
            if (!entry.IsOurs)
            {
                log.TakeOther(entry.Seq);
            }
            else if (log.Take(entry.Seq, entry.Stamp.Sender, entry.Stamp.Number) && entry.Stamp.Sender != number)
            {
                totals.CountDelivery(entry.Stamp.Key, entry.Stamp.Due, isLive);
            }
        }
    }

    private void TakeSent(int message, long seq)
    {
        log.Take(seq, number, message);
        OwnNewest = Math.Max(OwnNewest, seq);
        if (_outbox.TryClose(message, out var key, out var due))
        {
            totals.CountAck(key, due);
        }
    }

    private void TakeHint(bool mustSync)
    {
        WasShed |= WasSlow;
        if (mustSync)
        {
            Sync();
        }
    }

    private void TakePage(ulong id, ReadOnlySpan<byte> bytes, SyncPage page)
    {
        foreach (var skipped in page.Skipped)
        {
            log.Skip((long)skipped.From, (long)skipped.To);
        }

        var fields = new WireReader(bytes);
        while (fields.Read())
        {
            if (fields.Field == ServerFrame.SyncPageFieldNumber)
            {
                TakeEntries(fields.Bytes, SyncPage.EntriesFieldNumber, isLive: false);
            }
        }

        // A page of a sync that another one replaced is the last of its sync.
        if (id != _syncId)
        {
            return;
        }

        if (page.More)
        {
            _sender?.Post(new ClientFrame { Id = _syncId, Next = new() });
            return;
        }

        log.EndSync();
        PostListQuestion();
        if (!_isLive)
        {
            _isLive = true;
            Transmit(_outbox.OpenCount);
        }
    }

    private void TakeError(ulong id, Err error)
    {
        switch (id)
        {
            case MarkId:
                _marking = null;
                break;
            case >= FirstSyncId:
                if (id == _syncId)
                {
                    Sync();
                }

                break;
            case >= GroupOutbox.FirstId when error.Retryable:
                _mustResend = true;
                break;
            default:
                totals.Fail($"{Name}: request {id} was refused: {error.Name} {error.Message}");
                break;
        }
    }

    private void TakeTyping(TypingPush typing)
    {
        totals.CountTyping();
        if (typing.Users.Count > MostTypists || typing.Users.Contains(user.Id))
        {
            totals.Fail($"{Name} was told of {typing.Users.Count} who type, or of itself");
        }
    }

    private void TakeSummary(ConversationSummary? summary)
    {
        Summary = summary;
        if (summary is not null && OwnNewest > 0)
        {
            _receipts.Take(OwnNewest, summary.DeliveredCount, summary.ReadCount);
            foreach (var other in summary.Others)
            {
                _receipts.Take(
                    new Receipt
                    {
                        User = other.User,
                        Delivered = other.Delivered,
                        Read = other.Read,
                    }
                );
            }
        }
    }
}
