using Connect.Client.Positions;
using Connect.Client.Stores;
using Wire = Connect.Protocol.V1;

namespace Connect.Client.Engine;

/// <summary>This user's own marks: stored with each change, and sent to the server until it confirms them.</summary>
internal sealed class Marks
{
    private readonly Round _round;
    private readonly Requests _requests;
    private readonly MarkBook _book = new();

    public Marks(Round round, Requests requests, IEnumerable<StoredMark> stored)
    {
        _round = round;
        _requests = requests;
        foreach (var mark in stored)
        {
            _book.Load(mark);
        }
    }

    /// <summary>When the next request is due, if one is.</summary>
    public TimeSpan? DueAt => _book.DueAt;

    /// <summary>The conversations that have marks.</summary>
    public IEnumerable<string> Conversations => _book.Conversations;

    public long ReadOf(string conversation) => _book.ReadOf(conversation);

    /// <summary>The user has read up to here.</summary>
    public void MarkRead(string conversation, long seq)
    {
        if (_book.Raise(conversation, 0, seq) is { } mark)
        {
            Remember(mark);
            _round.Tell(new ReadMarked(conversation, mark.Read));
        }
    }

    /// <summary>This device holds a conversation up to here.</summary>
    public void MarkDelivered(string conversation, long seq) => Remember(_book.Raise(conversation, seq, 0));

    /// <summary>What the server says of this user's marks.</summary>
    public void Confirm(string conversation, long delivered, long read) =>
        Remember(_book.Confirm(conversation, delivered, read));

    /// <summary>Nothing above a seq exists any more.</summary>
    public void Lower(string conversation, long seq) => Remember(_book.Lower(conversation, seq));

    public void Disconnected() => _book.Disconnected();

    public void Advance()
    {
        if (_book.Take(_round.Now, _requests.Fit) is not { } request)
        {
            return;
        }

        // What is reported as delivered must not be lost afterwards.
        _round.Effects.Durable = true;
        _requests.Ask(
            request,
            frame =>
            {
                var err = frame.BodyCase == Wire.ServerFrame.BodyOneofCase.Err ? frame.Err : null;
                var settled = err is null
                    ? _book.Confirmed()
                    : _book.Refused(err.Retryable, TimeSpan.FromMilliseconds(err.RetryAfterMs), _round.Now);
                settled.ForEach(Remember);
            }
        );
    }

    private void Remember(StoredMark? mark)
    {
        if (mark is not null)
        {
            _round.Effects.Batch.Marks.Add(mark);
        }
    }
}
