using System.Text;
using Connect.LoadGen.Wire;
using Connect.Protocol.V1;

namespace Connect.LoadGen.Groups;

/// <summary>The messages of one device without an acknowledgement, oldest first, as they have to be sent.</summary>
internal sealed class GroupOutbox(string conversation, int sender, int textLength)
{
    /// <summary>Request ids of messages start here.</summary>
    public const uint FirstId = 1024;

    private readonly List<Open> _open = [];

    private sealed record Open(int Number, string Cid, string Text, long Due)
    {
        public bool WasSent { get; set; }
    }

    /// <summary>Messages so far.</summary>
    public int Count { get; private set; }

    public bool IsEmpty => _open.Count == 0;

    public void Add(long due)
    {
        var number = Count++;
        var text = new byte[textLength];
        text.AsSpan().Fill((byte)'.');
        new MessageStamp(sender, number, due).Write(text);
        var cid = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString();
        _open.Add(new(number, cid, Encoding.ASCII.GetString(text), due));
    }

    /// <summary>The frames of the last so many open messages; of all when they are sent again.</summary>
    /// <param name="count">How many.</param>
    /// <param name="seen">The highest seq that its user saw.</param>
    /// <param name="again">Called for each that was sent before.</param>
    public IEnumerable<ClientFrame> ToFrames(int count, long seen, Action<long> again)
    {
        for (var i = Math.Max(0, _open.Count - count); i < _open.Count; i++)
        {
            var message = _open[i];
            if (message.WasSent)
            {
                again(KeyOf(message.Number));
            }

            message.WasSent = true;
            var send = new Send
            {
                Conversation = conversation,
                Cid = message.Cid,
                Text = message.Text,
                After = i == 0 ? "" : _open[i - 1].Cid,
                Seen = (ulong)seen,
            };
            yield return new ClientFrame { Id = FirstId + (ulong)message.Number, Send = send };
        }
    }

    public int OpenCount => _open.Count;

    /// <summary>It is acknowledged; false when it was already.</summary>
    public bool TryClose(int number, out long key, out long due)
    {
        var at = _open.FindIndex(each => each.Number == number);
        (key, due) = (KeyOf(number), at < 0 ? 0 : _open[at].Due);
        if (at >= 0)
        {
            _open.RemoveAt(at);
        }

        return at >= 0;
    }

    private long KeyOf(int number) => new MessageStamp(sender, number, 0).Key;
}
