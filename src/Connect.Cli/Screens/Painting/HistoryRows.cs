using System.Globalization;
using Connect.Cli.Drawing;
using Connect.Cli.Screens.Chats;
using Connect.Cli.Screens.Models;
using Connect.Cli.Words;
using Connect.Client;
using Connect.Client.Stores;

namespace Connect.Cli.Screens.Painting;

/// <summary>The lines of a conversation at a width: days, names, texts, ticks.</summary>
internal sealed class HistoryRows
{
    private const int Indent = 2;

    /// <summary>Keys of rows that are not in the log; they are above every seq.</summary>
    private const long WaitingKey = 1L << 60;
    private const long FailedKey = 1L << 61;
    private const long RequestKey = 1L << 62;

    private static readonly TimeSpan SameBreath = TimeSpan.FromMinutes(10);

    private readonly ScreenModel _model;
    private readonly Chat _chat;
    private readonly int _width;
    private readonly List<HistoryRow> _rows = [];
    private int _line;
    private long _key;
    private string _author = "";
    private DateTimeOffset _time = DateTimeOffset.MinValue;

    private HistoryRows(ScreenModel model, Chat chat, int width)
    {
        _model = model;
        _chat = chat;
        _width = width;
    }

    public static List<HistoryRow> Of(ScreenModel model, Chat chat, int width)
    {
        var rows = new HistoryRows(model, chat, width);
        rows.Begin(0);
        rows.Rule(rows.Top(), Ink.Faint, lines: false);
        var words = rows.TickWords();
        foreach (var item in chat.Items)
        {
            rows.Begin(item.From);
            rows.Add(item, words);
        }

        rows.AddUnsent();
        if (chat.IsRequest)
        {
            rows.Begin(RequestKey);
            rows.Rule("a message request: your answer accepts it", Ink.Faint, lines: false);
            rows.Rule("Alt-A also accepts it, Alt-D declines it", Ink.Faint, lines: false);
        }

        return rows._rows;
    }

    private string Top() =>
        _chat switch
        {
            { Content: null } or { LoadingOlder: true } => "loading older messages …",
            { Items.Count: 0, Waiting.Count: 0, Failed.Count: 0, Head: 0 } => "no message yet: write the first",
            { Content.HasOlder: true, OlderFailed: true } when _model.State != ConnectionState.Live =>
                "older messages need a connection",
            { Content.HasOlder: true, OlderFailed: true } => "older messages did not come: PgUp tries again",
            { Content.HasOlder: true, Items.Count: > 0 } => "",
            _ => "the conversation begins here",
        };

    /// <summary>The own messages whose tick is spelled out: the last one of each kind.</summary>
    private HashSet<long> TickWords()
    {
        var words = new HashSet<long>();
        Tick? next = null;
        for (var at = _chat.Items.Count - 1; at >= 0; at--)
        {
            var item = _chat.Items[at];
            if (_chat.IsOwn(item) && _chat.TickOf(item.Entry!, _model.EndedBefore) is var tick && tick != next)
            {
                words.Add(item.From);
                next = tick;
            }
        }

        return words;
    }

    private void Begin(long key)
    {
        _key = key;
        _line = 0;
    }

    private void Add(LogItem item, HashSet<long> words)
    {
        if (item.Entry is { } any)
        {
            Day(any.Time);
        }

        if (item.From == _chat.NewFrom)
        {
            var count = _chat.Items.Count(each => each.From >= item.From && _chat.IsForeign(each));
            Rule($"{count} new", Ink.Trouble, isNew: true);
            _author = "";
        }

        if (item.Message() is not { } entry)
        {
            Rule(EntryWords.Of(item, _model.NameOf), Ink.Faint, item.To, lines: false);
            _author = "";
            return;
        }

        Name(entry.From, entry.Time);
        var isOwn = entry.From == _model.Me;
        var tick = isOwn ? _chat.TickOf(entry, _model.EndedBefore) : Tick.Sent;
        Text(
            entry.Text,
            entry.Seq,
            isOwn ? TickMark.Of(tick, words.Contains(entry.Seq), _chat.ReachOf(entry, _model.EndedBefore)) : null
        );
    }

    private void AddUnsent()
    {
        foreach (var (at, message) in _chat.Waiting.Index())
        {
            Begin(WaitingKey + at);
            Name(_model.Me, null);
            var sent = message.State == OutgoingState.Sent;
            var tick = sent ? Tick.Sent : Tick.Queued;
            Text(message.Text, 0, TickMark.Of(tick, at == _chat.Waiting.Count - 1));
        }

        foreach (var (at, failed) in _chat.Failed.Index())
        {
            Begin(FailedKey + at);
            Name(_model.Me, null);
            Text(failed.Text, 0, TickMark.Of(failed.PerhapsSent ? Tick.PerhapsNotSent : Tick.Failed, words: true));
            Row(SafeText.OneLine($"  {failed.Reason} Ctrl-R sends it again, Ctrl-X drops it."), Ink.Trouble);
        }
    }

    private void Day(DateTimeOffset time)
    {
        var day = _model.Local(time).Date;
        if (_time != DateTimeOffset.MinValue && _model.Local(_time).Date == day)
        {
            return;
        }

        var today = _model.Local(_model.Now).Date;
        var words =
            day == today ? "Today"
            : day == today.AddDays(-1) ? "Yesterday"
            : day.ToString("dddd, d MMMM yyyy", CultureInfo.InvariantCulture);
        Rule(words, Ink.Faint);
        (_author, _time) = ("", time);
    }

    private void Name(string author, DateTimeOffset? time)
    {
        if (author == _author && (time is null || time - _time <= SameBreath))
        {
            return;
        }

        (_author, _time) = (author, time ?? _time);
        var name = TextLayout.Fit(SafeText.OneLine(_model.NameOf(author)), _width - 7);
        var clock = time is { } at ? _model.Local(at).ToString("HH:mm", CultureInfo.InvariantCulture) : "";
        Row([(name, author == _model.Me ? Ink.Own : Ink.Peer), (SafeText.OneLine(" " + clock), Ink.Faint)]);
    }

    private void Text(string text, long seq, (string Text, Ink Ink)? tick)
    {
        var lines = TextLayout.Wrap(SafeText.Clusters(text), _width - Indent - 1);
        var mark = tick ?? ("", Ink.Text);
        for (var at = 0; at < lines.Count; at++)
        {
            var last = at == lines.Count - 1;
            List<Cluster> line = [Cluster.Space, Cluster.Space, .. lines[at]];
            var fits = line.Sum(each => each.Width) + mark.Text.Length + 1 <= _width;
            Row([(line, Ink.Text)], last ? seq : 0, last && fits ? mark : ("", Ink.Text));
            if (last && !fits)
            {
                Row([], 0, mark);
            }
        }
    }

    private void Rule(string text, Ink ink, long seq = 0, bool lines = true, bool isNew = false)
    {
        var fitted = TextLayout.Fit(SafeText.OneLine(text), _width - 4);
        _rows.Add(
            new(new(_key, _line++), [(fitted, ink)])
            {
                Seq = seq,
                IsRule = lines,
                IsNewLine = isNew,
                Right = ("", ink),
            }
        );
        if (!lines)
        {
            var row = _rows[^1];
            var space = Math.Max(0, (_width - fitted.Sum(each => each.Width)) / 2);
            _rows[^1] = row with { Left = [(SafeText.OneLine(new string(' ', space)), ink), (fitted, ink)] };
        }
    }

    private void Row(List<Cluster> text, Ink ink)
    {
        foreach (var line in TextLayout.Wrap(text, _width - 1))
        {
            Row([(line, ink)]);
        }
    }

    private void Row(IReadOnlyList<(List<Cluster>, Ink)> left, long seq = 0, (string Text, Ink Ink) right = default) =>
        _rows.Add(new(new(_key, _line++), left) { Seq = seq, Right = (right.Text ?? "", right.Ink) });
}

/// <summary>One line of the history.</summary>
/// <param name="Place">Its place.</param>
/// <param name="Left">The text on the left.</param>
internal sealed record HistoryRow(RowPlace Place, IReadOnlyList<(List<Cluster> Text, Ink Ink)> Left)
{
    /// <summary>The text on the right.</summary>
    public (string Text, Ink Ink) Right { get; init; } = ("", Ink.Text);

    /// <summary>The seq that this line completes; 0 = none.</summary>
    public long Seq { get; init; }

    /// <summary>Whether it is a rule across the width with its text in the middle.</summary>
    public bool IsRule { get; init; }

    /// <summary>Whether it is the line above the new messages.</summary>
    public bool IsNewLine { get; init; }
}
