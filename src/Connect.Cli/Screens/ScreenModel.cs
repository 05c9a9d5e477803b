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
    private readonly List<OutgoingMessage> _outbox = [];

    // Users that a group did not name at once.
    private readonly HashSet<string> _unknown = new(StringComparer.Ordinal);
    private List<Chat>? _sorted;
    private DateTimeOffset? _retryAt;
    private bool _namesAsked;

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
                .Values.Where(chat => chat.IsListed || chat.IsFound || WaitingIn(chat) is not null)
                .OrderBy(chat => chat.IsRequest)
                .ThenByDescending(chat => WaitingIn(chat) is not null)
                .ThenByDescending(chat => chat.LastActivity ?? DateTimeOffset.MinValue)
                .ThenBy(chat => chat.ShownTitle, StringComparer.Ordinal)
                .Take(ChatLimit),
        ];

    /// <summary>The conversation that is open, if one is.</summary>
    public Chat? Open { get; private set; }

    public string Connection => ConnectionWords.Of(State, Error, _retryAt - Now, _outbox.Count);

    /// <summary>The time. What was sent or refused until now does not wait any more.</summary>
    public void At(DateTimeOffset now)
    {
        Now = now;
        if (_outbox.RemoveAll(message => message.State is OutgoingState.Sent or OutgoingState.Failed) > 0)
        {
            _sorted = null;
        }
    }

    /// <summary>The newest message of a conversation that waits in the outbox.</summary>
    public OutgoingMessage? WaitingIn(Chat chat) => _outbox.FindLast(message => message.Conversation == chat.Id);

    /// <summary>The time as a person here reads it.</summary>
    public DateTimeOffset Local(DateTimeOffset time) => TimeZoneInfo.ConvertTime(time, zone);

    public string NameOf(string user) => user == Me ? "you" : _names.GetValueOrDefault(user, "somebody");

    public bool Knows(string user) => _names.ContainsKey(user);

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

    /// <summary>What this machine holds beside the list: names, and what waits.</summary>
    public void Load(
        IEnumerable<(string User, string Name)> names,
        IEnumerable<StoredDirect> directs,
        IEnumerable<OutgoingMessage> waiting
    )
    {
        Named(names);
        foreach (var direct in directs)
        {
            Of(direct.Conversation).Learn(direct.User, direct.Username);
            _names[direct.User] = direct.Username;
        }

        foreach (var message in waiting)
        {
            Queued(message);
        }
    }

    /// <summary>The list of the conversations, kept up to date by the client.</summary>
    public void Learn(ConversationList list)
    {
        var listed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in list.Items)
        {
            Of(item.Id).Learn(item);
            listed.Add(item.Id);
            if (item.Info.Peer.Length > 0 && item.Info.Title.Length > 0)
            {
                _names[item.Info.Peer] = item.Info.Title;
            }
        }

        foreach (var chat in _chats.Values.Where(chat => chat.IsListed && !listed.Contains(chat.Id)))
        {
            chat.Learn(null);
            if (Open == chat)
            {
                Close();
            }
        }

        _sorted = null;
    }

    /// <summary>What the view of the open conversation holds now.</summary>
    public void Show(ConversationContent content)
    {
        if (Open is { } chat && chat.Id == content.Conversation)
        {
            chat.Show(content);
            AskForNames(chat);
        }
    }

    /// <summary>Names of users, as a group tells them.</summary>
    public void Named(IEnumerable<(string User, string Name)> names)
    {
        foreach (var (user, name) in names.Where(each => each.Name.Length > 0))
        {
            _names[user] = name;
        }
    }

    /// <summary>What became of something that was asked for.</summary>
    public void Say(string words) => Notice = words;

    /// <summary>A message was refused for good.</summary>
    public void Refused(SendFailed failed)
    {
        Of(failed.Conversation).Fail(FailedMessage.Of(failed));
        _sorted = null;
    }

    public void Apply(StateChange change)
    {
        var isNews = change.State == ConnectionState.Live && State != ConnectionState.Live;
        (State, Error) = (change.State, change.Error);
        _retryAt = change.RetryIn is { } wait ? Now + wait : null;
        if (isNews)
        {
            Requests.Add(new ScreenRequest.ReadNames(""));
        }

        if (isNews && Open is { } open)
        {
            (_namesAsked, open.OlderFailed) = (false, false);
            AskForNames(open);
        }
    }

    /// <summary>A message is in the outbox.</summary>
    public void Queued(OutgoingMessage message)
    {
        Of(message.Conversation);
        _outbox.Add(message);
        _sorted = null;
    }

    /// <summary>A message did not get into the outbox: it is not lost, and the user says what becomes of it.</summary>
    public void NotQueued(string conversation, string text, string reason) =>
        Of(conversation).Fail(new(text, reason, PerhapsSent: false));

    /// <summary>What is older was loaded, or could not be without the server.</summary>
    public void Loaded(string conversation, bool failed)
    {
        var chat = Of(conversation);
        (chat.LoadingOlder, chat.OlderFailed) = (false, failed);
    }

    /// <summary>Who has got and read a message.</summary>
    public void Learn(long seq, IReadOnlyList<MemberPlace> places)
    {
        if (Readers?.Seq == seq)
        {
            Readers = Readers with { Places = [.. places.Where(place => place.User != Me)] };
        }
    }

    /// <summary>The server did not say it.</summary>
    public void NoReaders(long seq)
    {
        if (Readers?.Seq == seq)
        {
            (Focus, Readers, Notice) = (ScreenFocus.Composer, null, "The server did not say who has read it.");
        }
    }

    /// <summary>A direct conversation was found.</summary>
    public void Found(string conversation, string user, string username)
    {
        var chat = Of(conversation);
        chat.Learn(user, username);
        chat.IsFound = true;
        _names[user] = username;
        _sorted = null;
        OpenChat(chat);
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
    private void AskForNames(Chat chat)
    {
        if (!chat.IsGroup || chat != Open || State != ConnectionState.Live)
        {
            return;
        }

        var users = chat.Items.SelectMany(item => UsersOf(item.Entry)).Concat(chat.Typing);
        var strangers = users.Where(user => user.Length > 0 && user != Me && !_names.ContainsKey(user)).Distinct();
        var isNews = strangers.Take(UnknownLimit - _unknown.Count).ToList().FindAll(_unknown.Add).Count > 0;
        if (!_namesAsked || isNews)
        {
            _namesAsked = true;
            Requests.Add(new ScreenRequest.ReadNames(chat.Id));
        }
    }

    private static IEnumerable<string> UsersOf(Entry? entry) =>
        entry is null ? [] : [entry.From, entry.Change?.User ?? "", .. entry.Change?.Users ?? []];

    private void Close()
    {
        Open?.Close();
        Open = null;
        Focus = Focus is ScreenFocus.Composer or ScreenFocus.Readers ? ScreenFocus.List : Focus;
        Requests.Add(new ScreenRequest.View(""));
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
