using System.Globalization;
using System.Text;
using Connect.Cli.Drawing;
using CsCheck;
using Xunit;

namespace Connect.Tests.Cli.Drawing;

/// <summary>Text of other people on its way to the terminal.</summary>
public sealed class SafeTextTests
{
    /// <summary>Everything a text may hold, with much of what is dangerous.</summary>
    internal static readonly Gen<string> AnyText = Gen.OneOf(
            Gen.Char.Select(each => each.ToString()),
            Gen.Char['\0', '\u009F'].Select(each => each.ToString()),
            Gen.Char['\u2000', '\u206F'].Select(each => each.ToString()),
            Gen.Int[0x1F300, 0x1FAFF].Select(char.ConvertFromUtf32),
            Gen.OneOf(
                "\u001b[2J",
                "\u001b]0;title\a",
                "\u009b31m",
                "\u202egnp.exe",
                "👩‍👩‍👧",
                "e\u0301",
                "漢字",
                "🇩🇪",
                "❤️"
            ),
            Gen.OneOf("word", " ", "\n", "\r\n", "\t", "a\u0300\u0301\u0302", "\ud800", "\ufeff", "\u200b")
        )
        .Array[0, 40]
        .Select(string.Concat);

    [Fact]
    public void Nothing_that_commands_a_terminal_or_turns_a_line_comes_out() =>
        AnyText.Sample(text =>
        {
            foreach (var rune in SafeText.Clean(text).EnumerateRunes())
            {
                var isLineEnd = rune.Value == '\n';
                Assert.False(Rune.IsControl(rune) && !isLineEnd, $"U+{rune.Value:X4}");
                Assert.False(rune.Value is >= 0x202A and <= 0x202E or >= 0x2066 and <= 0x2069, $"U+{rune.Value:X4}");
                Assert.False(rune.Value is 0x200E or 0x200F or 0x061C or 0x2028 or 0x2029, $"U+{rune.Value:X4}");
                Assert.NotEqual(UnicodeCategory.LineSeparator, Rune.GetUnicodeCategory(rune));
            }
        });

    [Fact]
    public void Each_character_takes_one_or_two_columns_and_none_is_lost() =>
        AnyText.Sample(text =>
        {
            var clusters = SafeText.Clusters(text);
            Assert.All(clusters, each => Assert.InRange(each.Width, each.IsLineEnd ? 0 : 1, 2));
            Assert.All(clusters, each => Assert.InRange(each.Text.EnumerateRunes().Count(), 1, 17));
            Assert.Equal(SafeText.Clean(text).Count(each => each == '\n'), clusters.Count(each => each.IsLineEnd));
        });

    [Theory]
    [InlineData("plain text", "plain text")]
    [InlineData("\u001b[31mred", "\uFFFD[31mred")]
    [InlineData("a\u0000b\u0007c\u007fd\u009be", "a\uFFFDb\uFFFDc\uFFFDd\uFFFDe")]
    [InlineData("invoice\u202Efdp.exe", "invoice\uFFFDfdp.exe")]
    [InlineData("a\u2066b\u2069c\u200Fd", "abcd")]
    [InlineData("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour")]
    [InlineData("👩‍👩‍👧 stays", "👩‍👩‍👧 stays")]
    public void What_is_shown_of(string text, string shown) => Assert.Equal(shown, SafeText.Clean(text));

    [Theory]
    [InlineData("abc", 3)]
    [InlineData("漢字", 4)]
    [InlineData("👩‍👩‍👧", 2)]
    [InlineData("🇩🇪", 2)]
    [InlineData("❤️", 2)]
    [InlineData("e\u0301", 1)]
    [InlineData("\u0301", 1)]
    public void The_columns_of(string text, int columns) => Assert.Equal(columns, SafeText.Width(text));

    [Fact]
    public void Half_of_a_character_is_shown_as_none() => Assert.Equal("\uFFFD alone", SafeText.Clean("\ud83d alone"));

    [Fact]
    public void A_heap_of_marks_is_cut()
    {
        var heap = Assert.Single(SafeText.Clusters("a" + new string('\u0301', 500)));
        Assert.Equal(16, heap.Text.Length);
    }

    [Fact]
    public void No_line_is_wider_than_asked_and_only_spaces_go_missing() =>
        Gen.Select(AnyText, Gen.Int[2, 30])
            .Sample(
                (text, width) =>
                {
                    var lines = TextLayout.Wrap(SafeText.Clusters(text), width);
                    Assert.All(lines, line => Assert.True(line.Sum(each => each.Width) <= width));
                    Assert.Equal(Letters(SafeText.Clusters(text)), Letters(lines.SelectMany(line => line)));
                }
            );

    [Fact]
    public void A_line_is_cut_with_an_ellipsis_only_when_it_must_be() =>
        Gen.Select(AnyText, Gen.Int[0, 30])
            .Sample(
                (text, width) =>
                {
                    var line = SafeText.OneLine(text);
                    var fitted = TextLayout.Fit(line, width);
                    Assert.True(fitted.Sum(each => each.Width) <= width);
                    if (line.Sum(each => each.Width) <= width)
                    {
                        Assert.Equal(line, fitted);
                    }
                    else if (width > 0)
                    {
                        Assert.Equal("…", fitted[^1].Text);
                    }
                }
            );

    [Theory]
    [InlineData("one two three", 8, "one two|three")]
    [InlineData("one two three", 7, "one two|three")]
    [InlineData("abcdefghij", 4, "abcd|efgh|ij")]
    [InlineData("a  b", 3, "a |b")]
    [InlineData("漢字漢字", 5, "漢字|漢字")]
    [InlineData("    code", 6, "    co|de")]
    public void Wrapping(string text, int width, string lines) =>
        Assert.Equal(
            lines,
            string.Join('|', TextLayout.Wrap(SafeText.Clusters(text), width).Select(line => Text(line)))
        );

    private static string Text(IEnumerable<Cluster> line) => string.Concat(line.Select(each => each.Text));

    private static string Letters(IEnumerable<Cluster> text) =>
        Text(text.Where(each => !each.IsSpace && !each.IsLineEnd));
}
