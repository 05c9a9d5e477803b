using Connect.Cli.Drawing;
using Connect.Cli.Screens.Chats;
using Connect.Cli.Screens.Models;
using Connect.Cli.Screens.Pages;
using Connect.Cli.Words;

namespace Connect.Cli.Screens.Painting;

/// <summary>Paints a model: the same model and size always give the same screen.</summary>
internal sealed class ScreenPainter
{
    /// <summary>From this width on the list is shown beside the conversation; below it, only one of them is.</summary>
    public const int WideFrom = 72;

    public const int SmallestWidth = 24;
    public const int SmallestHeight = 6;

    private readonly ScreenModel _model;
    private readonly Canvas _canvas;
    private (int X, int Y)? _cursor;
    private ShownHistory? _history;

    private ScreenPainter(ScreenModel model, int width, int height)
    {
        _model = model;
        _canvas = new(width, height);
    }

    public static Frame Paint(ScreenModel model, int width, int height)
    {
        var painter = new ScreenPainter(model, width, height);
        painter.Paint();
        return new(painter._canvas, painter._cursor, painter._history);
    }

    private bool IsWide => _canvas.Width >= WideFrom;

    private void Paint()
    {
        if (_canvas.Width < SmallestWidth || _canvas.Height < SmallestHeight)
        {
            _canvas.Put(0, 0, "Too small.", Ink.Text);
            return;
        }

        var chatShown = _model.Open is not null && (IsWide || _model.Focus != ScreenFocus.List);
        PaintBar(chatShown);
        PaintKeys();
        if (_model.Focus == ScreenFocus.Help)
        {
            HelpPage.Paint(_canvas, 1, _canvas.Height - 1, _model.Help.From);
            return;
        }

        if (_model is { Focus: ScreenFocus.Readers, Readers.Page: { } readers })
        {
            readers.Paint(_canvas, 1, _canvas.Height - 1, _model.Readers.From, _model.NameOf);
            return;
        }

        var left = 0;
        if (IsWide || !chatShown)
        {
            left = IsWide ? Math.Clamp(_canvas.Width / 3, 24, 34) : _canvas.Width;
            var bottom = !IsWide && _model.Focus == ScreenFocus.NewChat ? _canvas.Height - 3 : _canvas.Height - 1;
            ListPainter.Paint(_model, _canvas, left, 1, bottom);
        }

        if (IsWide)
        {
            for (var y = 1; y < _canvas.Height - 1; y++)
            {
                _canvas.Put(left, y, "│", Ink.Faint);
            }

            left += 2;
        }

        PaintMain(chatShown, left < _canvas.Width ? left : 0);
    }

    private void PaintBar(bool chatShown)
    {
        var connection = SafeText.OneLine((_model.IsLive ? "● " : "○ ") + _model.Connection + " ");
        // The connection takes precedence; the name gets what is left.
        connection = TextLayout.Fit(connection, _canvas.Width - 1);
        var from = _canvas.Width - connection.Sum(each => each.Width);
        var title =
            !IsWide && chatShown
                ? _model.Open!.ShownTitle + _model.SubtitleOf(_model.Open)
                : $"Connect · {_model.MyName}";
        _canvas.Put(1, 0, TextLayout.Fit(SafeText.OneLine(title), from - 2), Ink.Bar);
        _canvas.Put(from, 0, connection, Ink.Bar);
        _canvas.Paint(0, 0, _canvas.Width, Ink.Bar);
    }

    private void PaintKeys()
    {
        var y = _canvas.Height - 1;
        if (_model.Notice.Length > 0)
        {
            _canvas.Put(1, y, TextLayout.Fit(SafeText.OneLine(_model.Notice), _canvas.Width - 2), Ink.Trouble);
            return;
        }

        string[] keys = _model.Focus switch
        {
            ScreenFocus.Help or ScreenFocus.Readers => ["↑↓ scroll", "any other key closes this"],
            ScreenFocus.NewChat => ["Enter starts the chat", "Esc back"],
            ScreenFocus.List =>
            [
                "Enter opens",
                "n new chat",
                "? help",
                "q quits",
                "m mutes",
                "h hides",
                "↑↓ choose",
                .. _model.Open is null ? Array.Empty<string>() : ["Tab back"],
            ],
            _ => ["Enter sends", "F1 help", "Esc list", "^Q quits", "PgUp older", "^N new chat", "Alt-Enter new line"],
        };
        var x = 1;
        foreach (var key in keys)
        {
            if (x + SafeText.Width(key) > _canvas.Width - 1)
            {
                break;
            }

            x = _canvas.Put(x, y, key, Ink.Faint) + 3;
        }
    }

    private void PaintMain(bool chatShown, int left)
    {
        var bottom = _canvas.Height - 1;
        if (_model.Focus == ScreenFocus.NewChat)
        {
            bottom = PaintNewChat(left);
        }
        else if (chatShown)
        {
            bottom = PaintComposer(_model.Open!, left);
        }

        if (!chatShown)
        {
            if (IsWide)
            {
                var words = _model.Chats.Count > 0 ? "Choose a conversation." : "Press n to start a chat.";
                _canvas.Put(left, 2, words, Ink.Faint);
            }

            return;
        }

        var top = 1;
        if (IsWide && _canvas.Height >= 14)
        {
            var subtitle = SafeText.OneLine(_model.SubtitleOf(_model.Open!));
            var room = _canvas.Width - left - 1;
            var title = TextLayout.Fit(SafeText.OneLine(_model.Open!.ShownTitle), room - subtitle.Count);
            var end = _canvas.Put(left, 1, title, Ink.Strong);
            _canvas.Put(end, 1, TextLayout.Fit(subtitle, Math.Max(0, _canvas.Width - 1 - end)), Ink.Faint);
            _canvas.Fill(left - 1, 2, _canvas.Width, "─", Ink.Faint);
            top = 3;
        }

        _history = HistoryPainter.Paint(_model, _canvas, left, top, bottom);
    }

    /// <summary>Paints the composer and returns the line at which the history ends.</summary>
    private int PaintComposer(Chat chat, int left)
    {
        const string Prompt = "› ";
        var (lines, x, y) = chat.Draft.Layout(_canvas.Width - left - Prompt.Length - 1);
        var height = Math.Clamp(lines.Count, 1, Math.Max(1, _canvas.Height / 4));
        var first = Math.Clamp(y - height + 1, 0, lines.Count - height);
        var top = _canvas.Height - 1 - height;
        for (var line = 0; line < height; line++)
        {
            _canvas.Put(left, top + line, line + first == 0 ? Prompt : "  ", Ink.Strong);
            _canvas.Put(left + Prompt.Length, top + line, lines[first + line], Ink.Text);
        }

        if (_model.Focus == ScreenFocus.Composer)
        {
            _cursor = (left + Prompt.Length + x, top + y - first);
        }

        _canvas.Fill(Math.Max(0, left - 1), top - 1, _canvas.Width, "─", Ink.Faint);
        var typing = TypingWords.Of([.. chat.Typing.Select(_model.NameOf)]);
        if (typing.Length > 0)
        {
            var words = TextLayout.Fit(SafeText.OneLine($" {typing} "), _canvas.Width - left - 2);
            _canvas.Put(left + 1, top - 1, words, Ink.Good);
        }

        if (SizeWords.Of(chat.Draft.Bytes, _model.TextBytes) is var (size, isOver))
        {
            _canvas.Put(left + 1, top - 1, $" {size} ", isOver ? Ink.Trouble : Ink.Text);
        }

        return top - 1;
    }

    private int PaintNewChat(int left)
    {
        const string Question = "New chat with: ";
        var top = _canvas.Height - 2;
        var x = _canvas.Put(left, top, Question, Ink.Strong);
        var (lines, cursor, y) = _model.NewChat.Name.Layout(Math.Max(2, _canvas.Width - x - 1));
        _canvas.Put(x, top, lines[y], Ink.Text);
        _cursor = (x + cursor, top);
        _canvas.Fill(Math.Max(0, left - 1), top - 1, _canvas.Width, "─", Ink.Faint);
        if (_model.NewChat.IsFinding)
        {
            _canvas.Put(left + 1, top - 1, " looking up … ", Ink.Text);
        }

        return top - 1;
    }
}

/// <summary>A painted screen.</summary>
/// <param name="Canvas">Its content.</param>
/// <param name="Cursor">The position of the cursor; null = hidden.</param>
/// <param name="History">What of the open conversation is in view; null = it is not shown.</param>
internal sealed record Frame(Canvas Canvas, (int X, int Y)? Cursor, ShownHistory? History);
