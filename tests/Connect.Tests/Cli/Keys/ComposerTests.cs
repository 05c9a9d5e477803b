using System.Globalization;
using Connect.Cli.Keys;
using Connect.Tests.Cli.Drawing;
using CsCheck;
using Xunit;

namespace Connect.Tests.Cli.Keys;

/// <summary>A text being written.</summary>
public sealed class ComposerTests
{
    private static readonly Gen<Action<Composer>> Edit = Gen.OneOf(
        SafeTextTests.AnyText.Select<string, Action<Composer>>(text => composer => composer.Insert(text)),
        Gen.OneOf<Action<Composer>>(
            composer => composer.Left(),
            composer => composer.Right(),
            composer => composer.Home(),
            composer => composer.End(),
            composer => composer.Up(),
            composer => composer.Down(),
            composer => composer.Backspace(),
            composer => composer.Delete(),
            composer => composer.CutWord(),
            composer => composer.CutToLineStart()
        )
    );

    [Fact]
    public void The_cursor_never_stands_within_a_character_and_the_screen_shows_where_it_is() =>
        Gen.Select(Edit.Array[0, 30], Gen.Int[2, 40])
            .Sample(
                (edits, width) =>
                {
                    var composer = new Composer(maxChars: 200);
                    foreach (var edit in edits)
                    {
                        edit(composer);
                        Assert.InRange(composer.Text.Length, 0, 200);
                        int[] ends = [.. StringInfo.ParseCombiningCharacters(composer.Text), composer.Text.Length];
                        Assert.Contains(composer.Cursor, ends);
                        Assert.DoesNotContain(
                            composer.Text,
                            each => char.IsControl(each) && each is not ('\n' or '\t')
                        );
                    }

                    var (lines, x, y) = composer.Layout(width);
                    Assert.InRange(y, 0, lines.Count - 1);
                    Assert.InRange(x, 0, width - 1);
                    Assert.All(lines, line => Assert.True(line.Sum(each => each.Width) <= width));
                }
            );

    [Fact]
    public void What_is_typed_and_taken_back_leaves_what_was() =>
        Gen.Select(SafeTextTests.AnyText, Gen.Int[0, 20])
            .Sample(
                (text, steps) =>
                {
                    var composer = new Composer();
                    composer.Set(text);
                    for (var step = 0; step < steps; step++)
                    {
                        composer.Left();
                    }

                    var (before, cursor) = (composer.Text, composer.Cursor);
                    composer.Insert("x");
                    // Beside a joiner or a mark the letter becomes part of a greater character, which goes as a whole.
                    var (start, end) = CharacterAt(composer.Text, cursor);
                    Assert.Equal(end, composer.Cursor);
                    var expected = composer.Text.Remove(start, end - start);
                    composer.Backspace();
                    Assert.Equal(expected, composer.Text);
                    Assert.True(end - start > 1 || before == expected);
                }
            );

    [Fact]
    public void A_character_of_several_code_points_goes_in_one_step()
    {
        var composer = new Composer();
        composer.Insert("a👩‍👩‍👧");
        composer.Backspace();
        Assert.Equal("a", composer.Text);
        composer.Insert("🇩🇪b");
        composer.Left();
        composer.Left();
        Assert.Equal(1, composer.Cursor);
    }

    [Fact]
    public void Control_characters_of_a_paste_stay_out_and_its_lines_stay_lines()
    {
        var composer = new Composer();
        composer.Insert("one\r\ntwo\u001b[31m\0\tthree");
        Assert.Equal("one\ntwo[31m\tthree", composer.Text);
    }

    [Fact]
    public void What_does_not_fit_is_cut_between_characters_and_told()
    {
        var composer = new Composer(maxChars: 3);
        Assert.False(composer.Insert("ab👍"));
        Assert.Equal("ab", composer.Text);
        Assert.True(composer.Insert("c"));
        Assert.False(composer.Insert("d"));
    }

    [Fact]
    public void Up_and_down_stay_in_the_column()
    {
        var composer = new Composer();
        composer.Insert("first\nab\nthird");
        Assert.True(composer.Up());
        Assert.Equal("first\nab".Length, composer.Cursor);
        Assert.True(composer.Up());
        Assert.Equal(2, composer.Cursor);
        Assert.False(composer.Up());
        Assert.True(composer.Down());
        Assert.True(composer.Down());
        Assert.False(composer.Down());
    }

    [Fact]
    public void Cutting_words_and_lines()
    {
        var composer = new Composer();
        composer.Insert("one two  three");
        composer.CutWord();
        Assert.Equal("one two  ", composer.Text);
        composer.CutWord();
        Assert.Equal("one ", composer.Text);
        composer.Insert("\nnext line");
        composer.CutToLineStart();
        Assert.Equal("one \n", composer.Text);
    }

    /// <summary>Where the character begins and ends that the code unit at a place belongs to.</summary>
    private static (int Start, int End) CharacterAt(string text, int place)
    {
        int[] bounds = [.. StringInfo.ParseCombiningCharacters(text), text.Length];
        return (bounds.Last(each => each <= place), bounds.First(each => each > place));
    }
}
