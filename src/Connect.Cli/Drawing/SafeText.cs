using System.Globalization;
using System.Text;
using Wcwidth;

namespace Connect.Cli.Drawing;

/// <summary>
/// Makes text by other people safe for a terminal. Nothing returned from here moves the cursor, changes a colour or
/// reverses a line: control characters and direction overrides are shown as �.
/// </summary>
internal static class SafeText
{
    private const string Replacement = "\uFFFD";
    private const string Tab = "    ";
    private const int ZeroWidthJoiner = 0x200D;
    private const int EmojiSelector = 0xFE0F;

    /// <summary>The marks allowed on one character; more would paint over the lines around it.</summary>
    private const int RunesPerCluster = 16;

    /// <summary>The characters to show, including line ends.</summary>
    public static List<Cluster> Clusters(string text)
    {
        var clean = Clean(text);
        var clusters = new List<Cluster>(clean.Length);
        for (var at = 0; at < clean.Length; )
        {
            var length = StringInfo.GetNextTextElementLength(clean.AsSpan(at));
            clusters.Add(ToCluster(clean.Substring(at, length)));
            at += length;
        }

        return clusters;
    }

    /// <summary>The characters to show on one line: line ends become spaces.</summary>
    public static List<Cluster> OneLine(string text)
    {
        var clusters = Clusters(text);
        for (var at = 0; at < clusters.Count; at++)
        {
            if (clusters[at].IsLineEnd)
            {
                clusters[at] = Cluster.Space;
            }
        }

        return clusters;
    }

    /// <summary>The columns a text takes on one line.</summary>
    public static int Width(string text) => OneLine(text).Sum(each => each.Width);

    /// <summary>A text without control sequences; all line ends are <c>\n</c>.</summary>
    public static string Clean(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            return text;
        }

        var clean = new StringBuilder(text.Length);
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            // A lone surrogate decodes to the replacement character.
            Rune.DecodeFromUtf16(rest, out var rune, out var length);
            if (rune.Value == '\r' && rest.Length > 1 && rest[1] == '\n')
            {
                length = 2;
            }

            clean.Append(Shown(rune));
            rest = rest[length..];
        }

        return clean.ToString();
    }

    private static string Shown(Rune rune) =>
        rune.Value switch
        {
            '\t' => Tab,
            '\n' or '\r' or '\v' or '\f' or 0x85 or 0x2028 or 0x2029 => "\n",
            // Direction overrides disguise a text, so their presence is shown.
            0x202D or 0x202E => Replacement,
            // Direction embeddings, isolates and marks; characters without width or meaning here.
            (>= 0x202A and <= 0x202C) or (>= 0x2066 and <= 0x2069) or 0x200E or 0x200F or 0x061C => "",
            0x00AD or 0x034F or 0x180E or 0x200B or (>= 0x2060 and <= 0x2065) or (>= 0x206A and <= 0x206F) => "",
            0xFEFF or (>= 0xFFF9 and <= 0xFFFB) or (>= 0x1D173 and <= 0x1D17A) => "",
            _ when (rune.Value & 0xFFFE) == 0xFFFE || rune.Value is >= 0xFDD0 and <= 0xFDEF => Replacement,
            _ when Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Surrogate => Replacement,
            _ => rune.ToString(),
        };

    private static Cluster ToCluster(string text)
    {
        if (text.Length == 1 && text[0] is >= ' ' and <= '~')
        {
            return new(text, 1);
        }

        if (text == "\n")
        {
            return Cluster.LineEnd;
        }

        var width = 0;
        var runes = 0;
        var end = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (++runes > RunesPerCluster)
            {
                break;
            }

            end += rune.Utf16SequenceLength;
            var own = rune.Value is ZeroWidthJoiner or EmojiSelector ? 0 : UnicodeCalculator.GetWidth(rune);
            width = Math.Max(width, own);
            if (rune.Value == EmojiSelector || rune.Value is >= 0x1F1E6 and <= 0x1F1FF)
            {
                width = 2;
            }
        }

        // A mark without a base character would combine with the preceding one.
        return width > 0 ? new(text[..end], Math.Min(width, 2)) : new(" " + text[..end], 1);
    }
}

/// <summary>What a terminal shows as one character, and its width in columns: 1 or 2.</summary>
internal readonly record struct Cluster(string Text, int Width)
{
    /// <summary>A line end; it takes no column.</summary>
    public static Cluster LineEnd { get; } = new("\n", 0);

    public static Cluster Space { get; } = new(" ", 1);

    public bool IsLineEnd => Text == "\n";

    public bool IsSpace => Text == " ";
}
