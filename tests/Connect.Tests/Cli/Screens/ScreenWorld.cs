using Connect.Cli.Keys;
using Connect.Cli.Screens.Chats;
using Connect.Cli.Screens.Models;
using Connect.Cli.Screens.Painting;
using Connect.Client;
using Connect.Client.Stores;
using Connect.Client.Views;
using Connect.Protocol.V1;
using Entry = Connect.Client.Entry;

namespace Connect.Tests.Cli.Screens;

/// <summary>A screen without a terminal, and a client without a server.</summary>
internal sealed class ScreenWorld
{
    public const string Me = "u-me";
    public const string Bob = "u-bob";
    public const string Room = "c-bob";

    public static readonly DateTimeOffset Noon = new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero);

    private readonly ConversationModel _room = new(Room) { Me = Me };
    private readonly ListModel _list = new() { Me = Me };
    private readonly List<OutgoingMessage> _outbox = [];
    private long _messages;

    public ScreenWorld(int width = 80, int height = 24)
    {
        (Width, Height) = (width, height);
        Model = new(Me, "alice", TimeZoneInfo.Utc);
        Model.At(Noon);
        Learn(Info(0, 0, 0));
        // What is older is there when a test says so.
        _room.AddOlder([], hasOlder: false);
    }

    public ScreenModel Model { get; }

    public int Width { get; set; }

    public int Height { get; set; }

    public Chat Chat => Model.Chats.Single(chat => chat.Id == Room);

    /// <summary>What the client's view of the conversation holds, on the screen or not.</summary>
    public ConversationContent Content => _room.Show();

    public static Entry Entry(long seq, string from, string text, string cid = "", DateTimeOffset? time = null) =>
        new(Room, seq, time ?? Noon.AddSeconds(seq), EntryKind.Message, from, cid, text, null);

    public static ConversationInfo Info(long head, long read, int unread, params MemberPlace[] others) =>
        new(Room, ConversationKind.Direct, "bob", Bob, 2, Role.Member, head, null, head, read, unread, false, others);

    public void Live() => Model.Apply(new StateChange(ConnectionState.Live, null));

    /// <summary>The server's list.</summary>
    public void Learn(params ConversationInfo[] list)
    {
        _list.LearnAll(list, _list.Step);
        foreach (var info in list.Where(info => info.Id == Room))
        {
            _room.Learn(info);
        }

        Tell();
    }

    /// <summary>The list with what is not in it at the server: who types, who is there.</summary>
    public void Learn(params ConversationItem[] list) => Model.Learn(new ConversationList(list, IsComplete: true));

    /// <summary>The client's views take an event, and show what there is now.</summary>
    public void Happen(ConnectEvent value)
    {
        _list.Apply(value);
        if (value.Conversation == Room)
        {
            _room.Apply(value);
        }

        Tell();
    }

    public void Receive(long seq, string from = Bob, string text = "", string cid = "") =>
        Happen(new MessageReceived(Entry(seq, from, text.Length > 0 ? text : $"message {seq}", cid), from == Me));

    public void ReceiveUpTo(long seq)
    {
        for (var each = 1L; each <= seq; each++)
        {
            Receive(each);
        }
    }

    /// <summary>The store or the server has what is older.</summary>
    public void HasOlder()
    {
        _room.AddOlder([], hasOlder: true);
        Tell();
    }

    /// <summary>Older entries were loaded.</summary>
    public void Older(IEnumerable<Entry> entries, bool hasOlder)
    {
        _room.AddOlder([.. entries.OrderBy(entry => entry.Seq).Select(LogItem.Of)], hasOlder);
        Tell();
        Model.Loaded(Room, failed: false);
    }

    /// <summary>A message is put into the outbox.</summary>
    public OutgoingMessage Queue(string text, string cid)
    {
        var message = Outgoing(++_messages, Room, text, cid);
        _outbox.Add(message);
        Model.Queued(message);
        TellOutbox();
        return message;
    }

    /// <summary>The server has it, and its entry comes.</summary>
    public void Confirm(OutgoingMessage message, long seq)
    {
        message.Complete(new(Room, message.Cid, seq, Noon, Duplicate: false));
        _outbox.Remove(message);
        TellOutbox();
        Receive(seq, Me, message.Text, message.Cid);
    }

    /// <summary>The server refuses it for good.</summary>
    public void Refuse(OutgoingMessage message, ConnectException error)
    {
        message.Fail(error);
        _outbox.Remove(message);
        TellOutbox();
        Model.Refused(new(message, error));
    }

    private void TellOutbox()
    {
        _room.Learn(_outbox);
        Tell();
    }

    private void Tell()
    {
        Model.Learn(_list.Show());
        Model.Show(_room.Show());
        Model.At(Model.Now);
    }

    /// <summary>Opens the conversation as a user does.</summary>
    public void Open()
    {
        Press(new Key(KeyKind.Enter));
        Model.Show(_room.Show());
        Assert(Model.Open == Chat, "The conversation is not open.");
    }

    public void Type(string text) => Press(Key.Of(text));

    public void Press(params Key[] keys)
    {
        foreach (var key in keys)
        {
            Model.Press(key);
        }
    }

    /// <summary>Paints, tells the model what was shown, and gives the lines.</summary>
    public string[] Show()
    {
        var frame = ScreenPainter.Paint(Model, Width, Height);
        if (frame.History is { } history)
        {
            Model.Shown(history);
        }

        foreach (var mark in Model.Requests.OfType<ScreenRequest.MarkRead>().ToList())
        {
            Happen(new ReadMarked(mark.Conversation, mark.Seq));
        }

        return [.. Enumerable.Range(0, frame.Canvas.Height).Select(frame.Canvas.Line)];
    }

    /// <summary>The screen as one text.</summary>
    public string Screen() => string.Join('\n', Show());

    /// <summary>Takes the requests away.</summary>
    public List<ScreenRequest> Take()
    {
        List<ScreenRequest> requests = [.. Model.Requests];
        Model.Requests.Clear();
        return requests;
    }

    public static OutgoingMessage Outgoing(long id, string conversation, string text, string cid) =>
        new(conversation, text, cid, isTransmitted: false);

    private static void Assert(bool condition, string message)
    {
        if (!condition)
        {
            throw new InvalidOperationException(message);
        }
    }
}
