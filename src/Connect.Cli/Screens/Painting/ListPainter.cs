using System.Globalization;
using Connect.Cli.Drawing;
using Connect.Cli.Screens.Chats;
using Connect.Cli.Screens.Models;
using Connect.Cli.Words;

namespace Connect.Cli.Screens.Painting;

/// <summary>Paints the list of conversations, two lines each.</summary>
internal static class ListPainter
{
    private const int LinesEach = 2;
    private const int UnreadCap = 99;

    public static void Paint(ScreenModel model, Canvas canvas, int width, int top, int bottom)
    {
        if (model.Chats.Count == 0)
        {
            canvas.Put(1, top + 1, TextLayout.Fit(SafeText.OneLine("No conversations yet."), width - 2), Ink.Faint);
            canvas.Put(1, top + 2, TextLayout.Fit(SafeText.OneLine("Ctrl-N starts one."), width - 2), Ink.Faint);
            return;
        }

        var room = Math.Max(1, (bottom - top) / LinesEach);
        var focused = model.Focus == ScreenFocus.List;
        var open = model.Chats.Index().Where(each => each.Item == model.Open).Select(each => each.Index);
        var inView = focused ? Math.Min(model.List.Chosen, model.Chats.Count - 1) : open.FirstOrDefault();
        var first = Math.Clamp(inView - (room / 2), 0, Math.Max(0, model.Chats.Count - room));
        for (var at = first; at < Math.Min(model.Chats.Count, first + room); at++)
        {
            var y = top + ((at - first) * LinesEach);
            Paint(model, model.Chats[at], canvas, width, y, Math.Min(LinesEach, bottom - y));
            if (focused && at == inView)
            {
                for (var line = y; line < Math.Min(y + LinesEach, bottom); line++)
                {
                    canvas.Paint(0, line, width, Ink.Chosen);
                }
            }
        }
    }

    private static void Paint(ScreenModel model, Chat chat, Canvas canvas, int width, int y, int lines)
    {
        var isOpen = chat == model.Open;
        canvas.Put(0, y, isOpen ? "▌" : " ", Ink.Peer);
        var time = chat.LastActivity is { } last ? Short(model, last) : "";
        var timeAt = width - 1 - SafeText.Width(time);
        var online = model.PresenceOf(chat) is { IsOnline: true } ? " ●" : "";
        var title = TextLayout.Fit(SafeText.OneLine(chat.ShownTitle), timeAt - 3 - online.Length);
        var titleEnd = canvas.Put(2, y, title, isOpen || chat.Unread > 0 ? Ink.Strong : Ink.Text);
        canvas.Put(titleEnd, y, online, Ink.Good);
        canvas.Put(timeAt, y, time, Ink.Faint);
        if (lines < LinesEach)
        {
            return;
        }

        canvas.Put(0, y + 1, isOpen ? "▌" : " ", Ink.Peer);
        var unread =
            chat.Unread > UnreadCap ? " 99+ "
            : chat.Unread > 0 ? $" {chat.Unread} "
            : "";
        var unreadAt = width - 1 - unread.Length;
        var typing = chat.Typing.Count > 0;
        var words = typing ? "typing …" : Notes(model, chat) + LastWords(model, chat);
        canvas.Put(2, y + 1, TextLayout.Fit(SafeText.OneLine(words), unreadAt - 3), typing ? Ink.Good : Ink.Faint);
        canvas.Put(unreadAt, y + 1, unread, model.IsMuted(chat) ? Ink.Faint : Ink.Badge);
    }

    private static string Notes(ScreenModel model, Chat chat) =>
        (chat.IsRequest ? "request · " : "") + (model.IsMuted(chat) ? "muted · " : "");

    private static string LastWords(ScreenModel model, Chat chat)
    {
        if (chat.Failed.Count > 0)
        {
            var failed = chat.Failed[^1];
            var fate = failed.PerhapsSent ? Tick.PerhapsNotSent : Tick.Failed;
            return $"{TickMark.Of(fate, words: true).Text}: {failed.Text}";
        }

        if (model.WaitingIn(chat) is { } waiting)
        {
            return "… " + waiting.Text;
        }

        return chat.Last switch
        {
            null => "",
            { IsMessage: false } last => EntryWords.Of(last, model.NameOf),
            { } last when last.From == model.Me =>
                $"{TickMark.Of(chat.TickOf(last, model.EndedBefore), words: false).Text} {last.Text}",
            { } last when chat.IsGroup && model.Knows(last.From) => $"{model.NameOf(last.From)}: {last.Text}",
            { } last => last.Text,
        };
    }

    private static string Short(ScreenModel model, DateTimeOffset time)
    {
        var (local, now) = (model.Local(time), model.Local(model.Now));
        var form =
            local.Date == now.Date ? "HH:mm"
            : local.Year == now.Year ? "d MMM"
            : "d MMM yyyy";
        return local.ToString(form, CultureInfo.InvariantCulture);
    }
}
