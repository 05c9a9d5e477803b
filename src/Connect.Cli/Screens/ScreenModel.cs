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

    private const int UnknownLimit = 5_000;

    private readonly Dictionary<string, Chat> _chats = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);

    // Users that a group did not name at once.
    private readonly HashSet<string> _unknown = new(StringComparer.Ordinal);
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

    /// <summary>
    /// The conversations, that with the newest activity first; requests of strangers after all others.
    /// </summary>
    public IReadOnlyList<Chat> Chats =>
        _sorted ??= [
            .. _chats
                .Values.Where(chat => !chat.IsOver)
                .OrderBy(chat => chat.IsRequest)
                .ThenByDescending(chat => chat.Waiting.Count > 0)
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

    /// <summary>Of a direct conversation's other user; null = nothing is known now.</summary>
    public UserPresence? PresenceOf(Chat chat) => State == ConnectionState.Live ? chat.Presence : null;

    public bool IsMuted(Chat chat) => chat.MutedUntil > Now;

    /// <summary>What stands behind the title of an open conversation.</summary>
    public string SubtitleOf(Chat chat) =>
        chat switch
        {
            { IsGroup: true, MemberCount: > 0 } => $" · {chat.MemberCount} members",
            _ when PresenceOf(chat) is { IsOnline: true } => " · online",
            // Of those who may not be seen nothing is said: the server says "offline" without a time of them.
            _ when PresenceOf(chat) is { IsOnline: false, Since: not null } => " · offline",
            _ => "",
        };

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

    /// <summary>The list of the conversations, kept up to date by the client.</summary>
    public void Learn(ConversationList list)
    {
        var listed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in list.Items)
        {
            var chat = Of(item.Id);
            chat.Learn(item.Info);
            (chat.Typing, chat.Presence, chat.IsListed) = (item.Typing, item.Presence, true);
            listed.Add(item.Id);
            if (item.Info.Peer.Length > 0 && item.Info.Title.Length > 0)
            {
                _names[item.Info.Peer] = item.Info.Title;
            }
        }

        foreach (var chat in _chats.Values.Where(chat => chat.IsListed && !listed.Contains(chat.Id)))
        {
            Gone(chat);
        }

        _sorted = null;
    }

    /// <summary>Names of users, as a group tells them.</summary>
    public void Named(IEnumerable<(string User, string Name)> names)
    {
        foreach (var (user, name) in names.Where(each => each.Name.Length > 0))
        {
            _names[user] = name;
        }
    }

    /// <summary>The conversation is out of the list: hidden, or declined.</summary>
    public void Gone(string conversation) => Gone(Of(conversation));

    /// <summary>What became of something that was asked for.</summary>
    public void Say(string words) => Notice = words;

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
        if (value.Conversation.Length == 0)
        {
            // Presence comes with the list.
            return;
        }

        var chat = Of(value.Conversation);
        switch (value)
        {
            case MessageReceived message:
                chat.Add([ChatEntry.Of(message.Entry)]);
                // What was hidden comes back with something new.
                chat.IsOver = false;
                AskForNames(chat, message.From);
                break;
            case EntryReceived entry:
                chat.Add([ChatEntry.Of(entry.Entry)]);
                AskForNames(chat, entry.Entry.From);
                AskForNames(chat, entry.Entry.Change?.User ?? "");
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
            case ReceiptCountsChanged counts:
                chat.Learn(counts);
                break;
            case ConversationChanged { IsOver: true }:
                Gone(chat);
                break;
        }

        _sorted = null;
    }

    public void Apply(StateChange change)
    {
        if (change.State == ConnectionState.Live && State != ConnectionState.Live && Open is { } open)
        {
            open.NamesAsked = false;
            AskForNames(open);
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

    /// <summary>
    /// A group tells the names of its members; asked for once, and again for each user it did not tell.
    /// </summary>
    private void AskForNames(Chat chat, string user = "")
    {
        var isNews = user.Length > 0 && user != Me && !_names.ContainsKey(user) && _unknown.Count < UnknownLimit;
        if (chat.IsGroup && chat == Open && (!chat.NamesAsked || (isNews && _unknown.Add(user))))
        {
            chat.NamesAsked = true;
            Requests.Add(new ScreenRequest.ReadNames(chat.Id));
        }
    }

    private void Gone(Chat chat)
    {
        (chat.IsOver, chat.IsListed) = (true, false);
        if (Open == chat)
        {
            Open = null;
            Focus = Focus == ScreenFocus.Composer ? ScreenFocus.List : Focus;
            Requests.Add(new ScreenRequest.ShowOpen([]));
        }

        _sorted = null;
    }

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
