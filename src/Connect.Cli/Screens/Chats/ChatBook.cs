using Connect.Client;
using Connect.Client.Stores;

namespace Connect.Cli.Screens.Chats;

/// <summary>
/// What the screen knows: the conversations, the names of users, and the messages waiting in the outbox.
/// </summary>
internal sealed class ChatBook(string me)
{
    /// <summary>The maximum number of conversations in the list; those with the newest activity are kept.</summary>
    public const int ChatLimit = 1_000;

    private readonly Dictionary<string, Chat> _chats = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
    private readonly List<OutgoingMessage> _outbox = [];
    private List<Chat>? _sorted;

    /// <summary>The conversations, newest activity first; message requests come after all others.</summary>
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

    /// <summary>The number of messages in the outbox.</summary>
    public int Waiting => _outbox.Count;

    public string NameOf(string user) => user == me ? "you" : _names.GetValueOrDefault(user, "somebody");

    public bool Knows(string user) => user == me || _names.ContainsKey(user);

    /// <summary>The newest message of a conversation that waits in the outbox.</summary>
    public OutgoingMessage? WaitingIn(Chat chat) => _outbox.FindLast(message => message.Conversation == chat.Id);

    /// <summary>The conversation with this id, new if unknown.</summary>
    public Chat Of(string id)
    {
        if (!_chats.TryGetValue(id, out var chat))
        {
            chat = new(id, me);
            _chats.Add(id, chat);
            _sorted = null;
        }

        return chat;
    }

    /// <summary>What this machine stores beside the list: names, and what waits in the outbox.</summary>
    public void Load(
        IEnumerable<(string User, string Name)> names,
        IEnumerable<StoredDirect> directs,
        IEnumerable<OutgoingMessage> waiting
    )
    {
        Learn(names);
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

    /// <summary>The list as the client keeps it. Returns the conversations that are no longer in it.</summary>
    public IReadOnlyList<Chat> Learn(ConversationList list)
    {
        var listed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in list.Items)
        {
            Of(item.Id).Learn(item);
            listed.Add(item.Id);
            Learn([(item.Info.Peer, item.Info.Title)]);
        }

        List<Chat> gone = [.. _chats.Values.Where(chat => chat.IsListed && !listed.Contains(chat.Id))];
        gone.ForEach(chat => chat.Learn(null));
        _sorted = null;
        return gone;
    }

    public void Learn(IEnumerable<(string User, string Name)> names)
    {
        foreach (var (user, name) in names.Where(each => each.User.Length > 0 && each.Name.Length > 0))
        {
            _names[user] = name;
        }
    }

    /// <summary>The direct conversation with a user was found by their name.</summary>
    public Chat Found(string conversation, string user, string username)
    {
        var chat = Of(conversation);
        chat.Learn(user, username);
        chat.IsFound = true;
        _names[user] = username;
        _sorted = null;
        return chat;
    }

    /// <summary>A message is in the outbox.</summary>
    public void Queued(OutgoingMessage message)
    {
        Of(message.Conversation);
        _outbox.Add(message);
        _sorted = null;
    }

    /// <summary>A message was refused for good, or did not get into the outbox.</summary>
    public void Fail(string conversation, FailedMessage failed)
    {
        Of(conversation).Fail(failed);
        _sorted = null;
    }

    /// <summary>Forgets the messages of the outbox that have been sent or refused by now.</summary>
    public void Settle()
    {
        if (_outbox.RemoveAll(message => message.State is OutgoingState.Sent or OutgoingState.Failed) > 0)
        {
            _sorted = null;
        }
    }
}
