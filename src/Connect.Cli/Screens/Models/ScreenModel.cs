using Connect.Cli.Keys;
using Connect.Cli.Screens.Chats;
using Connect.Cli.Words;
using Connect.Client;
using Connect.Client.Stores;
using Connect.Protocol;

namespace Connect.Cli.Screens.Models;

/// <summary>
/// Everything the full screen decides: what it knows, what has the focus, what a key does. It does no I/O and reads no
/// clock; what it wants done it puts into <see cref="Requests"/>. Not thread-safe.
/// </summary>
internal sealed class ScreenModel : IScreen
{
    /// <summary>How long a key mutes a conversation for.</summary>
    public static readonly TimeSpan MuteTime = TimeSpan.FromHours(8);

    private const int UnknownLimit = 5_000;

    private readonly TimeZoneInfo _zone;
    private readonly ChatBook _book;

    // Users whose names were asked for and did not come with the first answer.
    private readonly HashSet<string> _unknown = new(StringComparer.Ordinal);
    private DateTimeOffset? _retryAt;
    private bool _namesAsked;

    public ScreenModel(string me, string myName, TimeZoneInfo zone)
    {
        (Me, MyName, _zone) = (me, myName, zone);
        _book = new(me);
        List = new(this);
        Composer = new(this, List);
        NewChat = new(this);
        Help = new(this);
        Readers = new(this);
    }

    public string Me { get; }

    public string MyName { get; }

    public ListPane List { get; }

    public ComposerPane Composer { get; }

    public NewChatPane NewChat { get; }

    public HelpPane Help { get; }

    public ReadersPane Readers { get; }

    public ScreenFocus Focus { get; private set; } = ScreenFocus.List;

    /// <summary>The requests so far; the caller carries them out and clears the list.</summary>
    public List<ScreenRequest> Requests { get; } = [];

    public DateTimeOffset Now { get; private set; }

    public ConnectionState State { get; private set; } = ConnectionState.Connecting;

    public bool IsLive => State == ConnectionState.Live;

    public ConnectException? Error { get; private set; }

    /// <summary>The limit the server announced last.</summary>
    public int TextBytes { get; set; } = ProtocolLimits.TextBytes;

    /// <summary>Messages older than this that are undelivered were not delivered in time.</summary>
    public DateTimeOffset EndedBefore { get; set; } = DateTimeOffset.MinValue;

    /// <summary>A line for the user, shown until the next key.</summary>
    public string Notice { get; private set; } = "";

    public int Page { get; private set; } = 10;

    public IReadOnlyList<Chat> Chats => _book.Chats;

    public Chat? Open { get; private set; }

    public string Connection => ConnectionWords.Of(State, Error, _retryAt - Now, _book.Waiting);

    /// <summary>The newest message of a conversation that waits in the outbox.</summary>
    public OutgoingMessage? WaitingIn(Chat chat) => _book.WaitingIn(chat);

    public string NameOf(string user) => _book.NameOf(user);

    public bool Knows(string user) => _book.Knows(user);

    /// <summary>A time in the user's time zone.</summary>
    public DateTimeOffset Local(DateTimeOffset time) => TimeZoneInfo.ConvertTime(time, _zone);

    /// <summary>The presence of the other user of a direct conversation; null = unknown.</summary>
    public UserPresence? PresenceOf(Chat chat) => IsLive ? chat.Presence : null;

    public bool IsMuted(Chat chat) => chat.MutedUntil > Now;

    /// <summary>What follows the title of an open conversation.</summary>
    public string SubtitleOf(Chat chat) =>
        chat switch
        {
            { IsGroup: true, MemberCount: > 0 } => $" · {chat.MemberCount} members",
            _ when PresenceOf(chat) is { IsOnline: true } => " · online",
            // A user who hides their presence is reported as offline without a time; nothing is shown for them.
            _ when PresenceOf(chat) is { IsOnline: false, Since: not null } => " · offline",
            _ => "",
        };

    /// <summary>Sets the time. Messages sent or refused by now are no longer waiting.</summary>
    public void At(DateTimeOffset now)
    {
        Now = now;
        _book.Settle();
    }

    /// <summary>What this machine stores beside the list: names, and what waits in the outbox.</summary>
    public void Load(
        IEnumerable<(string User, string Name)> names,
        IEnumerable<StoredDirect> directs,
        IEnumerable<OutgoingMessage> waiting
    ) => _book.Load(names, directs, waiting);

    /// <summary>The list of conversations, kept up to date by the client.</summary>
    public void Learn(ConversationList list)
    {
        if (_book.Learn(list).Contains(Open))
        {
            CloseChat();
        }
    }

    /// <summary>The content of the open conversation's view.</summary>
    public void Show(ConversationContent content)
    {
        if (Open is { } chat && chat.Id == content.Conversation)
        {
            chat.Show(content);
            AskForNames(chat);
        }
    }

    /// <summary>Names of users.</summary>
    public void Named(IEnumerable<(string User, string Name)> names) => _book.Learn(names);

    public void Say(string words) => Notice = words;

    public void Apply(StateChange change)
    {
        var isNews = change.State == ConnectionState.Live && !IsLive;
        (State, Error) = (change.State, change.Error);
        _retryAt = change.RetryIn is { } wait ? Now + wait : null;
        if (isNews)
        {
            Ask(new ScreenRequest.ReadNames(""));
        }

        if (isNews && Open is { } open)
        {
            (_namesAsked, open.OlderFailed) = (false, false);
            AskForNames(open);
        }
    }

    /// <summary>A message is in the outbox.</summary>
    public void Queued(OutgoingMessage message) => _book.Queued(message);

    /// <summary>A message did not get into the outbox. It is kept until the user decides what to do with it.</summary>
    public void NotQueued(string conversation, string text, string reason) =>
        _book.Fail(conversation, new(text, reason, PerhapsSent: false));

    /// <summary>A message was refused for good.</summary>
    public void Refused(SendFailed failed) => _book.Fail(failed.Conversation, FailedMessage.Of(failed));

    /// <summary>Loading older entries has ended.</summary>
    public void Loaded(string conversation, bool failed)
    {
        var chat = _book.Of(conversation);
        (chat.LoadingOlder, chat.OlderFailed) = (false, failed);
    }

    /// <summary>Who has received and read a message.</summary>
    public void Learn(long seq, IReadOnlyList<MemberPlace> places) =>
        Readers.Learn(seq, places.Where(place => place.User != Me));

    /// <summary>The server did not say who has read a message.</summary>
    public void NoReaders(long seq) => Readers.Fail(seq);

    /// <summary>The direct conversation with a user was found.</summary>
    public void Found(string conversation, string user, string username) =>
        OpenChat(_book.Found(conversation, user, username));

    /// <summary>The user was not found, or could not be looked up.</summary>
    public void NotFound(string reason)
    {
        NewChat.Stop();
        Notice = reason;
    }

    public void Press(Key key)
    {
        Notice = "";
        switch (key)
        {
            case { Kind: KeyKind.Control, Text: "c" or "q" }:
                Ask(new ScreenRequest.Quit());
                break;
            case { Kind: KeyKind.Help } when Focus is not (ScreenFocus.Help or ScreenFocus.Readers):
                ShowHelp();
                break;
            case { Kind: KeyKind.Control, Text: "n" }:
                StartNewChat();
                break;
            case { Kind: KeyKind.Text, Alt: true, Text: "a" or "d" or "m" or "h" }
                when Focus == ScreenFocus.Composer && Open is { } chat:
                Act(chat, key.Text);
                break;
            case { Kind: KeyKind.Text, Alt: true, Text: "r" } when Focus == ScreenFocus.Composer && Open is { } chat:
                Readers.Show(chat);
                break;
            case { Kind: KeyKind.Up or KeyKind.Down, Alt: true }:
                OpenNext(key.Kind == KeyKind.Down ? 1 : -1);
                break;
            default:
                PressInPane(key);
                break;
        }
    }

    /// <summary>
    /// The screen has been painted: what of the open conversation could be read, and where it stands.
    /// </summary>
    public void Shown(ShownHistory shown)
    {
        Page = Math.Max(1, shown.Height);
        if (Open is not { } chat)
        {
            return;
        }

        chat.StartAtNew = false;
        chat.Bottom = shown.Bottom;
        chat.RaiseSeen(shown.Seq);
        if (shown.Seq > chat.Read && chat.Items.Any(item => item.From > chat.Read && item.From <= shown.Seq))
        {
            chat.RaiseRead(shown.Seq);
            Ask(new ScreenRequest.MarkRead(chat.Id, shown.Seq));
        }

        Composer.EndScroll();
        if (shown.AtTop && chat.CanLoadOlder)
        {
            chat.LoadingOlder = true;
            Ask(new ScreenRequest.LoadOlder(chat.Id));
        }
    }

    public void Ask(ScreenRequest request) => Requests.Add(request);

    public void FocusOn(ScreenFocus focus) => Focus = focus;

    public void ShowHelp() => Help.Show(Focus);

    public void StartNewChat()
    {
        NewChat.Start();
        Focus = ScreenFocus.NewChat;
    }

    public void OpenChat(Chat chat)
    {
        NewChat.Stop();
        Focus = ScreenFocus.Composer;
        if (Open == chat)
        {
            return;
        }

        Open?.Close();
        chat.Open();
        Open = chat;
        _namesAsked = false;
        Ask(new ScreenRequest.View(chat.Id));
    }

    public void Act(Chat chat, string letter)
    {
        switch (letter)
        {
            case "a" or "d" when !chat.IsRequest:
                Notice = "This is not a message request.";
                break;
            case "a" or "d":
                Ask(new ScreenRequest.AnswerRequest(chat.Id, letter == "a"));
                break;
            case "m":
                Ask(new ScreenRequest.Mute(chat.Id, IsMuted(chat) ? null : Now + MuteTime));
                break;
            case "h":
                Ask(new ScreenRequest.Hide(chat.Id, chat.Head));
                break;
        }
    }

    private void PressInPane(Key key)
    {
        switch (Focus)
        {
            case ScreenFocus.Help:
                Help.Press(key);
                break;
            case ScreenFocus.Readers:
                Readers.Press(key);
                break;
            case ScreenFocus.NewChat:
                NewChat.Press(key);
                break;
            case ScreenFocus.List:
                List.Press(key);
                break;
            default:
                Composer.Press(key);
                break;
        }
    }

    private void OpenNext(int step)
    {
        if (Chats.Count == 0)
        {
            return;
        }

        var at = Chats.Index().Where(each => each.Item == Open).Select(each => (int?)each.Index).FirstOrDefault();
        OpenChat(Chats[Math.Clamp((at ?? (step > 0 ? -1 : Chats.Count)) + step, 0, Chats.Count - 1)]);
        Composer.EndScroll();
    }

    private void CloseChat()
    {
        Open?.Close();
        Open = null;
        Focus = Focus is ScreenFocus.Composer or ScreenFocus.Readers ? ScreenFocus.List : Focus;
        Ask(new ScreenRequest.View(""));
    }

    /// <summary>Asks a group for the names of its members: once, and again for each user it did not name.</summary>
    private void AskForNames(Chat chat)
    {
        if (!chat.IsGroup || chat != Open || !IsLive)
        {
            return;
        }

        var users = chat.Items.SelectMany(item => UsersOf(item.Entry)).Concat(chat.Typing);
        var strangers = users.Where(user => user.Length > 0 && !Knows(user)).Distinct();
        var isNews = strangers.Take(UnknownLimit - _unknown.Count).ToList().FindAll(_unknown.Add).Count > 0;
        if (!_namesAsked || isNews)
        {
            _namesAsked = true;
            Ask(new ScreenRequest.ReadNames(chat.Id));
        }
    }

    private static IEnumerable<string> UsersOf(Entry? entry) =>
        entry is null ? [] : [entry.From, entry.Change?.User ?? "", .. entry.Change?.Users ?? []];
}

/// <summary>What of the open conversation was on the screen.</summary>
/// <param name="Height">The number of lines of history.</param>
/// <param name="Seq">The highest seq whose end was in view; 0 = none.</param>
/// <param name="Bottom">The last line in view; null = the newest.</param>
/// <param name="AtTop">Whether the oldest line in memory was in view.</param>
internal readonly record struct ShownHistory(int Height, long Seq, RowPlace? Bottom, bool AtTop);
