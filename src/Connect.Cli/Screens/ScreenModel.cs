using Connect.Cli.Screens.Chats;
using Connect.Client;
using Connect.Client.Stores;

namespace Connect.Cli.Screens;

/// <summary>
/// Everything the full screen decides: what it knows, what is chosen, what a key does. It does no I/O and reads no
/// clock; what is to be done it puts into <see cref="Requests"/>. One caller at a time.
/// </summary>
/// <remarks>This part: what comes from the client.</remarks>
internal sealed partial class ScreenModel(string me, string myName, TimeZoneInfo zone)
{
    /// <summary>Conversations in the list; of more, those with the newest activity.</summary>
    public const int ChatLimit = 1_000;

    private readonly Dictionary<string, Chat> _chats = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
    private List<Chat>? _sorted;
    private DateTimeOffset? _retryAt;

    public string Me { get; } = me;

    public string MyName { get; } = myName;

    /// <summary>What is to be done; the caller takes it away.</summary>
    public List<ScreenRequest> Requests { get; } = [];

    public DateTimeOffset Now { get; private set; }

    public ConnectionState State { get; private set; } = ConnectionState.Connecting;

    public ConnectException? Error { get; private set; }

    /// <summary>A line for the user, until the next key.</summary>
    public string Notice { get; private set; } = "";

    /// <summary>The conversations, that with the newest activity first.</summary>
    public IReadOnlyList<Chat> Chats =>
        _sorted ??= [
            .. _chats
                .Values.Where(chat => !chat.IsOver)
                .OrderByDescending(chat => chat.Waiting.Count > 0)
                .ThenByDescending(chat => chat.LastActivity ?? DateTimeOffset.MinValue)
                .ThenBy(chat => chat.ShownTitle, StringComparer.Ordinal)
                .Take(ChatLimit),
        ];

    /// <summary>The conversation that is open, if one is.</summary>
    public Chat? Open { get; private set; }

    public string Connection =>
        ConnectionWords.Of(State, Error, _retryAt - Now, _chats.Values.Sum(chat => chat.Waiting.Count));

    /// <summary>The time.</summary>
    public void At(DateTimeOffset now) => Now = now;

    /// <summary>The time as a person here reads it.</summary>
    public DateTimeOffset Local(DateTimeOffset time) => TimeZoneInfo.ConvertTime(time, zone);

    public string NameOf(string user) => user == Me ? "you" : _names.GetValueOrDefault(user, user);

    /// <summary>What the store holds.</summary>
    public void Load(StoredState stored, IEnumerable<LogItem> items, IEnumerable<OutgoingMessage> waiting)
    {
        foreach (var direct in stored.Directs)
        {
            Known(direct.Conversation, direct.User, direct.Username);
        }

        foreach (var mark in stored.Marks)
        {
            Of(mark.Conversation).RaiseRead(mark.Read);
        }

        foreach (var group in items.GroupBy(item => item.Conversation))
        {
            Of(group.Key).Add(group.Select(ChatEntry.Of));
        }

        foreach (var message in waiting)
        {
            Of(message.Conversation).AddWaiting(message);
        }

        _sorted = null;
    }

    /// <summary>The list of the conversations, as the server has it.</summary>
    public void Learn(IEnumerable<ConversationInfo> list)
    {
        foreach (var info in list)
        {
            var chat = Of(info.Id);
            chat.Learn(info);
            if (info.Peer.Length > 0 && info.Title.Length > 0)
            {
                _names[info.Peer] = info.Title;
            }
        }

        _sorted = null;
    }

    /// <summary>A conversation by the name of its other user.</summary>
    public void Known(string conversation, string user, string username)
    {
        var chat = Of(conversation);
        (chat.Peer, chat.Title) = (user, username);
        _names[user] = username;
        _sorted = null;
    }

    public void Apply(ConnectEvent value)
    {
        var chat = Of(value.Conversation);
        switch (value)
        {
            case MessageReceived message:
                chat.Add([ChatEntry.Of(message.Entry)]);
                AskForName(chat);
                break;
            case EntryReceived entry:
                chat.Add([ChatEntry.Of(entry.Entry)]);
                AskForName(chat);
                break;
            case RangeSkipped range:
                chat.Add([ChatEntry.Of(range)]);
                break;
            case ReceiptChanged receipt:
                chat.Learn(new MemberPlace(receipt.User, receipt.Delivered, receipt.Read));
                break;
            case SendFailed failed:
                chat.Fail(FailedMessage.Of(failed), failed.Message);
                break;
            case ConversationChanged changed:
                chat.IsOver = changed.IsOver;
                Open = changed.IsOver && Open == chat ? null : Open;
                Requests.Add(new ScreenRequest.ReadList());
                break;
        }

        _sorted = null;
    }

    public void Apply(StateChange change)
    {
        if (change.State == ConnectionState.Live && State != ConnectionState.Live)
        {
            Requests.Add(new ScreenRequest.ReadList());
        }

        (State, Error) = (change.State, change.Error);
        _retryAt = change.RetryIn is { } wait ? Now + wait : null;
    }

    /// <summary>A message is in the outbox.</summary>
    public void Queued(OutgoingMessage message)
    {
        Of(message.Conversation).AddWaiting(message);
        _sorted = null;
    }

    /// <summary>A message did not get into the outbox: it is not lost, and the user says what becomes of it.</summary>
    public void NotQueued(string conversation, string text, string reason) =>
        Of(conversation).Fail(new(text, reason, PerhapsSent: false), null);

    /// <summary>Entries below those that are shown.</summary>
    public void Older(string conversation, IEnumerable<ChatEntry> entries, bool hasMore)
    {
        var chat = Of(conversation);
        chat.LoadingOlder = false;
        chat.HasOlder = hasMore;
        chat.Add(entries);
        _sorted = null;
    }

    /// <summary>They are not on this machine, and the server is not there.</summary>
    public void NoOlder(string conversation)
    {
        var chat = Of(conversation);
        (chat.LoadingOlder, chat.OlderNeedsServer) = (false, true);
    }

    /// <summary>A direct conversation was found.</summary>
    public void Found(string conversation, string user, string username)
    {
        Known(conversation, user, username);
        OpenChat(Of(conversation));
        if (Focus == ScreenFocus.NewChat)
        {
            Focus = ScreenFocus.Composer;
        }
    }

    /// <summary>It was not.</summary>
    public void NotFound(string reason)
    {
        Finding = false;
        Notice = reason;
    }

    private void AskForName(Chat chat)
    {
        // The first message of somebody new comes before anything that tells who they are.
        if (chat.Title.Length == 0 && !_asked.Contains(chat.Id) && _asked.Count < ChatLimit)
        {
            _asked.Add(chat.Id);
            Requests.Add(new ScreenRequest.ReadList());
        }
    }

    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);

    private Chat Of(string id)
    {
        if (!_chats.TryGetValue(id, out var chat))
        {
            chat = new(id, Me);
            _chats.Add(id, chat);
            _sorted = null;
        }

        return chat;
    }
}
