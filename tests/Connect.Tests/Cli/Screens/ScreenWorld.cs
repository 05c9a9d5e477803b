using Connect.Cli.Screens;
using Connect.Cli.Screens.Chats;
using Connect.Cli.Screens.Keys;
using Connect.Client;
using Connect.Client.Outbox;
using Connect.Client.Stores;
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

    private long _messages;

    public ScreenWorld(int width = 80, int height = 24)
    {
        (Width, Height) = (width, height);
        Model = new(Me, "alice", TimeZoneInfo.Utc);
        Model.At(Noon);
        Model.Known(Room, Bob, "bob");
    }

    public ScreenModel Model { get; }

    public int Width { get; set; }

    public int Height { get; set; }

    public Chat Chat => Model.Chats.Single(chat => chat.Id == Room);

    public static Entry Entry(long seq, string from, string text, string cid = "", DateTimeOffset? time = null) =>
        new(Room, seq, time ?? Noon.AddSeconds(seq), EntryKind.Message, from, cid, text, null);

    public static ConversationInfo Info(long head, long read, int unread, params MemberPlace[] others) =>
        new(Room, ConversationKind.Direct, "bob", Bob, 2, Role.Member, head, null, head, read, unread, false, others);

    public void Live() => Model.Apply(new StateChange(ConnectionState.Live, null));

    /// <summary>The list as the client has it now.</summary>
    public void Learn(params ConversationInfo[] list) =>
        Learn([.. list.Select(info => new ConversationItem(info, [], null))]);

    public void Learn(params ConversationItem[] list) => Model.Learn(new ConversationList(list, IsComplete: true));

    public void Receive(long seq, string from = Bob, string text = "", string cid = "") =>
        Model.Apply(new MessageReceived(Entry(seq, from, text.Length > 0 ? text : $"message {seq}", cid), from == Me));

    public void ReceiveUpTo(long seq)
    {
        for (var each = 1L; each <= seq; each++)
        {
            Receive(each);
        }
    }

    /// <summary>Opens the conversation as a user does.</summary>
    public void Open()
    {
        Press(new Key(KeyKind.Enter));
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

    public OutgoingMessage Outgoing(string text, string cid) =>
        new(new OutboxItem(new OutboxMessage(++_messages, Room, Bob, cid, text, 0, Transmitted: false)));

    private static void Assert(bool condition, string message)
    {
        if (!condition)
        {
            throw new InvalidOperationException(message);
        }
    }
}
