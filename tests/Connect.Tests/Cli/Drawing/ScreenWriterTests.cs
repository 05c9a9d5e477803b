using System.Text.RegularExpressions;
using Connect.Cli.Drawing;
using CsCheck;
using Xunit;

namespace Connect.Tests.Cli.Drawing;

/// <summary>What goes to the terminal.</summary>
public sealed partial class ScreenWriterTests
{
    private const int Width = 24;
    private const int Height = 5;

    private static readonly Gen<Canvas> AnyCanvas = Gen.Select(
            Gen.Int[-2, Width],
            Gen.Int[-1, Height],
            SafeTextTests.AnyText,
            Gen.Enum<Ink>()
        )
        .Array[0, 12]
        .Select(puts =>
        {
            var canvas = new Canvas(Width, Height);
            foreach (var (x, y, text, ink) in puts)
            {
                canvas.Put(x, y, text, ink);
            }

            return canvas;
        });

    [Fact]
    public void The_patches_turn_one_screen_into_the_next() =>
        Gen.Select(AnyCanvas, AnyCanvas)
            .Sample(
                (before, after) =>
                {
                    var cells = new Cell[Width, Height];
                    Each((x, y) => cells[x, y] = before[x, y]);
                    foreach (var patch in Patch.Between(before, after))
                    {
                        for (var at = 0; at < patch.Cells.Count; at++)
                        {
                            cells[patch.X + at, patch.Y] = patch.Cells[at];
                        }
                    }

                    Each((x, y) => Assert.Equal(after[x, y], cells[x, y]));
                    Assert.Empty(Patch.Between(after, after));
                }
            );

    [Fact]
    public void A_wide_character_is_never_half_there() =>
        AnyCanvas.Sample(canvas =>
            Each(
                (x, y) =>
                {
                    if (canvas[x, y].Text.Length == 0)
                    {
                        Assert.True(x > 0 && SafeText.Width(canvas[x - 1, y].Text) == 2);
                    }
                }
            )
        );

    [Fact]
    public void Whatever_is_shown_only_our_own_sequences_reach_the_terminal() =>
        Gen.Select(AnyCanvas, Gen.Bool)
            .Sample(
                (canvas, colours) =>
                {
                    var written = Written(canvas, colours);
                    var rest = Sequence().Replace(written, "");
                    Assert.DoesNotContain(rest, char.IsControl);
                    foreach (Match sequence in Sequence().Matches(written))
                    {
                        Assert.Contains(sequence.Groups["end"].Value, "HJhlm");
                    }
                }
            );

    [Fact]
    public void The_background_is_the_terminals_and_the_colours_are_of_the_16()
    {
        var written = Written(AllInks(), colours: true);
        var codes = Codes(written);
        Assert.Contains(35, codes);
        Assert.All(codes, code => Assert.True(code is < 10 or (>= 30 and <= 37) or 39 or 49, $"{code}"));
    }

    [Fact]
    public void Without_colours_there_are_none_and_what_matters_still_looks_different()
    {
        var codes = Codes(Written(AllInks(), colours: false));
        Assert.DoesNotContain(codes, code => code is >= 30 and < 39 or >= 40 and < 49 or >= 90);
        Assert.Contains(1, codes);
        Assert.Contains(7, codes);
    }

    [Fact]
    public void What_has_not_changed_is_not_written_again()
    {
        using var terminal = new StringWriter();
        using var writer = new ScreenWriter(terminal, colours: true);
        writer.Show(AllInks(), null);
        terminal.GetStringBuilder().Clear();
        writer.Show(AllInks(), null);
        Assert.Equal("", terminal.ToString());
    }

    private static Canvas AllInks()
    {
        var canvas = new Canvas(Width, Enum.GetValues<Ink>().Length);
        foreach (var ink in Enum.GetValues<Ink>())
        {
            canvas.Put(0, (int)ink, ink.ToString(), ink);
        }

        return canvas;
    }

    private static string Written(Canvas canvas, bool colours)
    {
        using var terminal = new StringWriter();
        using var writer = new ScreenWriter(terminal, colours);
        writer.Enter();
        writer.Show(canvas, (1, 1));
        writer.Leave();
        return terminal.ToString();
    }

    private static List<int> Codes(string written) =>
        [
            .. Sequence()
                .Matches(written)
                .Where(match => match.Groups["end"].Value == "m")
                .SelectMany(match => match.Groups["codes"].Value.Split(';', StringSplitOptions.RemoveEmptyEntries))
                .Select(int.Parse),
        ];

    private static void Each(Action<int, int> look)
    {
        for (var y = 0; y < Height; y++)
        {
            for (var x = 0; x < Width; x++)
            {
                look(x, y);
            }
        }
    }

    [GeneratedRegex(@"\u001b\[\??(?<codes>[0-9;]*)(?<end>[A-Za-z])")]
    private static partial Regex Sequence();
}
