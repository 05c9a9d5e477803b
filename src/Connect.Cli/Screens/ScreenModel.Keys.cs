using Connect.Cli.Screens.Chats;
using Connect.Cli.Screens.Keys;
using Connect.Client;
using Connect.Protocol;
using Connect.Protocol.V1;

namespace Connect.Cli.Screens;

/// <remarks>This part: what keys do, and what being shown does.</remarks>
internal sealed partial class ScreenModel
{
    /// <summary>For how long a key mutes a conversation.</summary>
    public static readonly TimeSpan MuteTime = TimeSpan.FromHours(8);

    private ScreenFocus _beforeHelp;

    /// <summary>The first line of the help in view.</summary>
    public int HelpFrom { get; private set; }

    public ScreenFocus Focus { get; private set; } = ScreenFocus.List;

    /// <summary>Who has read a message, while that is asked.</summary>
    public ReadersPage? Readers { get; private set; }

    /// <summary>The first line of it in view.</summary>
    public int ReadersFrom { get; private set; }

    /// <summary>The row of the list that Enter opens.</summary>
    public int Chosen { get; private set; }

    /// <summary>The name being typed for a new chat.</summary>
    public Composer NewName { get; } = new(maxChars: 64);

    /// <summary>The conversation with that name is being looked for.</summary>
    public bool Finding { get; private set; }

    /// <summary>The size of the history on the screen; a page of scrolling.</summary>
    public int Page { get; private set; } = 10;

    public void Press(Key key)
    {
        Notice = "";
        switch (key)
        {
            case { Kind: KeyKind.Control, Text: "c" or "q" }:
                Requests.Add(new ScreenRequest.Quit());
                break;
            case { Kind: KeyKind.Help } when Focus is not (ScreenFocus.Help or ScreenFocus.Readers):
                ShowHelp();
                break;
            case { Kind: KeyKind.Control, Text: "n" }:
                StartNewChat();
                break;
            case { Kind: KeyKind.Text, Alt: true, Text: "a" or "d" or "m" or "h" }
                when Focus == ScreenFocus.Composer && Open is { } chat:
                PressOn(chat, key.Text);
                break;
            case { Kind: KeyKind.Text, Alt: true, Text: "r" } when Focus == ScreenFocus.Composer && Open is { } chat:
                ShowReaders(chat);
                break;
            case { Kind: KeyKind.Up or KeyKind.Down, Alt: true }:
                OpenNext(key.Kind == KeyKind.Down ? 1 : -1);
                break;
            default:
                PressIn(Focus, key);
                break;
        }
    }

    /// <summary>Opens a conversation; its first new message is at the top, if not all of them fit.</summary>
    public void OpenChat(Chat chat)
    {
        Finding = false;
        Focus = ScreenFocus.Composer;
        if (Open == chat)
        {
            return;
        }

        Open?.Close();
        chat.Open();
        Open = chat;
        _namesAsked = false;
        Requests.Add(new ScreenRequest.View(chat.Id));
    }

    /// <summary>
    /// What was shown: how long the history was, up to which seq it could be read, and where it stood.
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
            Requests.Add(new ScreenRequest.MarkRead(chat.Id, shown.Seq));
        }

        ScrollBy = 0;
        if (shown.AtTop && chat.CanLoadOlder)
        {
            chat.LoadingOlder = true;
            Requests.Add(new ScreenRequest.LoadOlder(chat.Id));
        }
    }

    private void PressIn(ScreenFocus focus, Key key)
    {
        switch (focus)
        {
            case ScreenFocus.Help when key.Kind is KeyKind.Up or KeyKind.Down:
                HelpFrom = Math.Clamp(HelpFrom + (key.Kind == KeyKind.Up ? -1 : 1), 0, HelpPage.For(0).Count);
                break;
            case ScreenFocus.Help:
                Focus = _beforeHelp;
                break;
            case ScreenFocus.Readers when key.Kind is KeyKind.Up or KeyKind.Down:
                var lines = Readers?.Places?.Count ?? 0;
                ReadersFrom = Math.Clamp(ReadersFrom + (key.Kind == KeyKind.Up ? -1 : 1), 0, lines);
                break;
            case ScreenFocus.Readers:
                (Focus, Readers) = (Open is null ? ScreenFocus.List : ScreenFocus.Composer, null);
                break;
            case ScreenFocus.NewChat:
                PressInNewChat(key);
                break;
            case ScreenFocus.List:
                PressInList(key);
                break;
            default:
                PressInComposer(key);
                break;
        }
    }

    private void PressInList(Key key)
    {
        switch (key)
        {
            case { Kind: KeyKind.Up } or { Kind: KeyKind.Text, Text: "k" }:
                Choose(Chosen - 1);
                break;
            case { Kind: KeyKind.Down } or { Kind: KeyKind.Text, Text: "j" }:
                Choose(Chosen + 1);
                break;
            case { Kind: KeyKind.PageUp or KeyKind.PageDown }:
                Choose(Chosen + (key.Kind == KeyKind.PageUp ? -Page : Page));
                break;
            case { Kind: KeyKind.Home or KeyKind.End }:
                Choose(key.Kind == KeyKind.Home ? 0 : int.MaxValue);
                break;
            case { Kind: KeyKind.Enter } when Chats.Count > 0:
                Choose(Chosen);
                OpenChat(Chats[Chosen]);
                break;
            case { Kind: KeyKind.Enter } or { Kind: KeyKind.Text, Text: "n" }:
                StartNewChat();
                break;
            case { Kind: KeyKind.Text, Text: "a" or "d" or "m" or "h" } when Chats.Count > 0:
                Choose(Chosen);
                PressOn(Chats[Chosen], key.Text);
                break;
            case { Kind: KeyKind.Text, Text: "?" }:
                ShowHelp();
                break;
            case { Kind: KeyKind.Text, Text: "q" }:
                Requests.Add(new ScreenRequest.Quit());
                break;
            case { Kind: KeyKind.Tab or KeyKind.Escape } when Open is not null:
                Focus = ScreenFocus.Composer;
                break;
        }
    }

    private void PressInComposer(Key key)
    {
        if (Open is not { } chat)
        {
            Focus = ScreenFocus.List;
            return;
        }

        switch (key)
        {
            case { Kind: KeyKind.Tab or KeyKind.Escape }:
                ToList(chat);
                break;
            case { Kind: KeyKind.PageUp }:
                Scroll(chat, -Math.Max(1, Page - 1));
                break;
            case { Kind: KeyKind.PageDown }:
                Scroll(chat, Math.Max(1, Page - 1));
                break;
            case { Kind: KeyKind.End, Ctrl: true } or { Kind: KeyKind.End } when chat.Draft.IsEmpty:
                chat.ToEnd();
                ScrollBy = 0;
                break;
            case { Kind: KeyKind.Control, Text: "r" }:
                SendAgain(chat);
                break;
            case { Kind: KeyKind.Control, Text: "x" }:
                Notice = chat.TakeFailed() is null ? "There is no message that failed." : "The failed message is gone.";
                break;
            case { Kind: KeyKind.Text, Text: "?" } when chat.Draft.IsEmpty:
                ShowHelp();
                break;
            case { Kind: KeyKind.Enter, Alt: false }:
                Send(chat);
                break;
            case { Kind: KeyKind.Up } when chat.Draft.IsEmpty || !chat.Draft.Up():
                Scroll(chat, chat.Draft.IsEmpty ? -1 : 0);
                break;
            case { Kind: KeyKind.Down } when chat.Draft.IsEmpty || !chat.Draft.Down():
                Scroll(chat, chat.Draft.IsEmpty ? 1 : 0);
                break;
            default:
                EditDraft(chat, key);
                break;
        }
    }

    /// <summary>What is typed is told to those who have the conversation open, and that it is gone, too.</summary>
    private void EditDraft(Chat chat, Key key)
    {
        var before = chat.Draft.Text;
        if (!chat.Draft.Press(key))
        {
            Notice = "Not all of it fits here.";
        }

        if (chat.Draft.Text != before)
        {
            Requests.Add(new ScreenRequest.Type(chat.Id, !chat.Draft.IsEmpty));
        }
    }

    /// <summary>A letter that does something to a conversation: in the list alone, else with Alt.</summary>
    private void PressOn(Chat chat, string letter)
    {
        switch (letter)
        {
            case "a" or "d" when !chat.IsRequest:
                Notice = "This is no message request.";
                break;
            case "a" or "d":
                Requests.Add(new ScreenRequest.AnswerRequest(chat.Id, letter == "a"));
                break;
            case "m":
                DateTimeOffset? until = chat.MutedUntil is { } muted && muted > Now ? null : Now + MuteTime;
                Requests.Add(new ScreenRequest.Mute(chat.Id, until));
                break;
            case "h":
                Requests.Add(new ScreenRequest.Hide(chat.Id, chat.Head));
                break;
        }
    }

    private void PressInNewChat(Key key)
    {
        switch (key)
        {
            case { Kind: KeyKind.Escape or KeyKind.Tab }:
                Finding = false;
                Focus = Open is null ? ScreenFocus.List : ScreenFocus.Composer;
                break;
            case { Kind: KeyKind.Enter } when !Finding && NewName.Text.Trim().Length > 0:
                Finding = true;
                Requests.Add(new ScreenRequest.OpenDirect(NewName.Text.Trim()));
                break;
            case { Kind: KeyKind.Enter }:
                break;
            default:
                NewName.Press(key);
                break;
        }
    }

    private void Send(Chat chat)
    {
        var text = chat.Draft.Text;
        if (string.IsNullOrWhiteSpace(text))
        {
            return;
        }

        if (chat.Draft.Bytes > ProtocolLimits.TextBytes)
        {
            var over = chat.Draft.Bytes - ProtocolLimits.TextBytes;
            Notice = $"Not sent: it is {over:N0} bytes longer than the {ProtocolLimits.TextBytes:N0} of a message.";
            return;
        }

        Requests.Add(new ScreenRequest.Send(chat.Id, text, chat.Seen));
        chat.Draft.Clear();
        chat.EndNew();
        (chat.Bottom, ScrollBy) = (null, 0);
    }

    private void SendAgain(Chat chat)
    {
        if (chat.TakeFailed() is not { } failed)
        {
            Notice = "There is no message that failed.";
            return;
        }

        Requests.Add(new ScreenRequest.Send(chat.Id, failed.Text, chat.Seen));
        chat.Bottom = null;
    }

    /// <summary>Who has read the newest own message in view.</summary>
    private void ShowReaders(Chat chat)
    {
        var item = chat.Items.LastOrDefault(each =>
            each.Entry is { Kind: EntryKind.Message } entry
            && entry.From == Me
            && (chat.Bottom is not { } bottom || each.From <= bottom.Key)
        );
        if (item?.Entry is not { } own)
        {
            Notice = "There is no message of yours here.";
        }
        else if (State != ConnectionState.Live)
        {
            Notice = "Who has read it only the server knows: no connection.";
        }
        else
        {
            (Focus, Readers, ReadersFrom) = (ScreenFocus.Readers, new(own.Seq, own.Text, null), 0);
            Requests.Add(new ScreenRequest.ReadReaders(chat.Id, own.Seq));
        }
    }

    private void ShowHelp()
    {
        _beforeHelp = Focus;
        HelpFrom = 0;
        Focus = ScreenFocus.Help;
    }

    private void StartNewChat()
    {
        NewName.Clear();
        Finding = false;
        Focus = ScreenFocus.NewChat;
    }

    private void ToList(Chat chat)
    {
        Choose(Chats.Index().FirstOrDefault(each => each.Item == chat).Index);
        Focus = ScreenFocus.List;
    }

    private void OpenNext(int step)
    {
        if (Chats.Count == 0)
        {
            return;
        }

        var at = Chats.Index().Where(each => each.Item == Open).Select(each => (int?)each.Index).FirstOrDefault();
        OpenChat(Chats[Math.Clamp((at ?? (step > 0 ? -1 : Chats.Count)) + step, 0, Chats.Count - 1)]);
        ScrollBy = 0;
    }

    private void Choose(int row) => Chosen = Math.Clamp(row, 0, Math.Max(0, Chats.Count - 1));

    /// <summary>Lines to scroll at the next painting, which knows what is where.</summary>
    public int ScrollBy { get; private set; }

    private void Scroll(Chat chat, int lines)
    {
        ScrollBy += lines;
        // Whoever scrolls on asks once more.
        chat.OlderFailed &= lines >= 0 || State != ConnectionState.Live;
    }
}
