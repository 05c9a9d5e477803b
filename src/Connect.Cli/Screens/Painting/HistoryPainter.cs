using Connect.Cli.Drawing;
using Connect.Cli.Screens.Chats;
using Connect.Cli.Screens.Models;

namespace Connect.Cli.Screens.Painting;

/// <summary>Paints the part of a conversation that is in view.</summary>
internal static class HistoryPainter
{
    /// <summary>Older lines are requested when this close to the oldest one in memory.</summary>
    private const int AskAhead = 3;

    /// <summary>
    /// Paints from line <paramref name="top"/> up to <paramref name="bottom"/> and returns what can be read there.
    /// </summary>
    public static ShownHistory Paint(ScreenModel model, Canvas canvas, int left, int top, int bottom)
    {
        var chat = model.Open!;
        var height = Math.Max(0, bottom - top);
        var rows = HistoryRows.Of(model, chat, canvas.Width - left);
        var last = LastInView(rows, chat, height, model.Composer.ScrollBy);
        var first = Math.Max(0, last - height + 1);
        var seq = 0L;
        for (var at = first; at <= last && height > 0; at++)
        {
            Paint(rows[at], canvas, left, bottom - 1 - (last - at));
            seq = Math.Max(seq, rows[at].Seq);
        }

        if (last < rows.Count - 1 && height > 0)
        {
            var below = chat.Items.Count(item => item.From > Math.Max(seq, chat.Read) && chat.IsForeign(item));
            var words = below > 0 ? $" ↓ {below} new below, press End " : " ↓ press End for the newest ";
            var clusters = TextLayout.Fit(SafeText.OneLine(words), canvas.Width - left - 2);
            canvas.Put(canvas.Width - 1 - clusters.Sum(each => each.Width), bottom, clusters, Ink.Text);
        }

        RowPlace? place = last >= rows.Count - 1 ? null : rows[last].Place;
        return new(height, seq, place, first <= AskAhead);
    }

    private static int LastInView(List<HistoryRow> rows, Chat chat, int height, int scroll)
    {
        var newest = rows.Count - 1;
        var last = chat.Bottom is { } place ? Find(rows, place) : newest;
        if (chat.StartAtNew && rows.FindIndex(row => row.IsNewLine) is >= 0 and var line)
        {
            last = line + height - 1;
        }

        return Math.Min(newest, Math.Max(last + scroll, height - 1));
    }

    private static int Find(List<HistoryRow> rows, RowPlace place)
    {
        var at = rows.FindLastIndex(row =>
            row.Place.Key < place.Key || (row.Place.Key == place.Key && row.Place.Line <= place.Line)
        );
        return Math.Max(0, at);
    }

    private static void Paint(HistoryRow row, Canvas canvas, int left, int y)
    {
        if (row.IsRule)
        {
            var (text, ink) = row.Left[0];
            var width = text.Sum(each => each.Width) + 2;
            canvas.Fill(left, y, canvas.Width - 1, "─", ink);
            var x = left + Math.Max(0, (canvas.Width - 1 - left - width) / 2);
            canvas.Put(canvas.Put(canvas.Put(x, y, " ", ink), y, text, ink), y, " ", ink);
            return;
        }

        var at = left;
        foreach (var (text, ink) in row.Left)
        {
            at = canvas.Put(at, y, text, ink);
        }

        if (row.Right.Text.Length > 0)
        {
            canvas.Put(canvas.Width - 1 - SafeText.Width(row.Right.Text), y, row.Right.Text, row.Right.Ink);
        }
    }
}
