using Connect.Client.Positions;
using Connect.Client.Stores;
using Wire = Connect.Protocol.V1;

namespace Connect.Client.Engine;

/// <summary>
/// Reads the list of conversations after a sync: marks, receipts and names that changed while this device was away.
/// </summary>
internal sealed class Summaries(
    Round round,
    Requests requests,
    Connection connection,
    ConversationTable conversations,
    Marks marks,
    Receipts receipts
)
{
    private readonly ListRead _read = new();

    // The direct conversations whose name is stored.
    private readonly HashSet<(string Conversation, string Username)> _directs = [];

    /// <summary>A reading has begun and has not come to its end.</summary>
    public bool IsOpen => _read.IsOpen;

    /// <summary>When a page that was refused is asked for again.</summary>
    public TimeSpan? DueAt => _read.DueAt;

    public void Load(StoredDirect direct) => _directs.Add((direct.Conversation, direct.Username));

    /// <summary>Reads the list from its first page on.</summary>
    /// <param name="fresh">What other devices have received is not fetched.</param>
    public void Read(bool fresh)
    {
        _read.Begin(fresh);
        ReadPage();
    }

    public void Disconnected() => _read.Disconnected();

    public void Advance()
    {
        if (_read.DueAt <= round.Now)
        {
            ReadPage();
        }
    }

    private void ReadPage()
    {
        var run = _read.Ask();
        var page = new Wire.ConversationsRequest { After = _read.After, Limit = ProtocolLimits.PageItems };
        requests.Ask(
            new Wire.ClientFrame { Conversations = page },
            frame =>
            {
                if (!_read.IsRun(run))
                {
                    return;
                }

                if (frame.BodyCase != Wire.ServerFrame.BodyOneofCase.Conversations)
                {
                    _read.Refused(ConnectException.From(frame.Err), round.Now);
                    return;
                }

                foreach (var item in frame.Conversations.Items)
                {
                    Accept(item);
                }

                if (_read.Took(frame.Conversations.Next))
                {
                    ReadPage();
                }
            }
        );
    }

    private void Accept(Wire.ConversationSummary summary)
    {
        var conversation = conversations.Of(summary.Id);
        conversation.IsOver = false;
        if (_read.IsFresh)
        {
            conversation.StartAt((long)summary.Delivered);
        }

        marks.Confirm(summary.Id, (long)summary.Delivered, (long)summary.Read);
        // Stored, so that it is shown under its name and opens without a connection.
        if (summary.PeerUsername.Length > 0 && _directs.Add((summary.Id, summary.PeerUsername)))
        {
            round.Effects.Batch.Directs.Add(new(summary.PeerUsername, summary.Peer, summary.Id));
        }

        var own = new MemberPlace(connection.User, (long)summary.Delivered, (long)summary.Read);
        receipts.Place(conversation, own with { Ended = EndedSeqs.Of(summary.Ended) });
        foreach (var other in summary.Others)
        {
            receipts.Place(conversation, MemberPlace.Of(other));
        }

        // The counts are of this user's newest message, which is not named: they hold at least for the newest known
        // here.
        if (summary.Head >= (ulong)conversation.OwnSeq && conversation.OwnSeq > 0)
        {
            receipts.Count(conversation, conversation.OwnSeq, (int)summary.DeliveredCount, (int)summary.ReadCount);
        }
    }
}
