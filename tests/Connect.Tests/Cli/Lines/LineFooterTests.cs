using Connect.Cli.Keys;
using Connect.Cli.Lines;
using CsCheck;
using Xunit;

namespace Connect.Tests.Cli.Lines;

/// <summary>What line mode writes to a terminal, seen on one.</summary>
public sealed class LineFooterTests
{
    private const int Width = 20;

    private static readonly KeyKind[] Editing =
    [
        KeyKind.Left,
        KeyKind.Right,
        KeyKind.Home,
        KeyKind.End,
        KeyKind.Backspace,
        KeyKind.Delete,
    ];

    private static readonly Gen<Action<Page>> Step = Gen.OneOf(
        Gen.String[Gen.Char['a', 'z'], 1, 9].Select<string, Action<Page>>(text => page => page.Press(Key.Of(text))),
        Gen.Int[0, Editing.Length - 1].Select<int, Action<Page>>(at => page => page.Press(new(Editing[at]))),
        Gen.String[Gen.Char['A', 'Z'], 1, 15].Select<string, Action<Page>>(text => page => page.Print(text)),
        Gen.Bool.Select<bool, Action<Page>>(types => page => page.Tell(types ? "bob is typing …" : ""))
    );

    [Fact]
    public void Whatever_comes_meanwhile_the_line_being_written_stays_whole_below_all_that_was_printed() =>
        Step.Array[0, 40]
            .Sample(steps =>
            {
                var page = new Page();
                foreach (var step in steps)
                {
                    step(page);
                    page.Check();
                }
            });

    [Fact]
    public void A_draft_wider_than_the_terminal_shows_the_part_around_the_cursor()
    {
        var page = new Page();
        page.Press(Key.Of("0123456789abcdefghijklmnop"));
        Assert.Equal("› abcdefghijklmnop", page.Lines[^1]);
        page.Press(new(KeyKind.Home));
        Assert.Equal("› 0123456789abcdefg", page.Lines[^1]);
        page.Press(Key.Of("漢字"));
        Assert.Equal("› 漢字0123456789abc", page.Lines[^1]);
    }

    [Fact]
    public void A_hostile_name_of_somebody_who_types_commands_nothing()
    {
        var page = new Page();
        page.Tell("\u001b[2Jx is typing …");
        Assert.Equal(["�[2Jx is typing …", "› "], page.Lines);
    }

    /// <summary>A terminal that knows what the footer uses, and what should be on it.</summary>
    private sealed class Page
    {
        private readonly LineFooter _footer = new();
        private readonly List<string> _printed = [];
        private int _x;
        private int _y;

        public Page() => Take(_footer.Redraw(Width));

        public List<string> Lines { get; } = [""];

        public void Press(Key key)
        {
            _footer.Draft.Press(key);
            Take(_footer.Redraw(Width));
        }

        public void Print(string text)
        {
            _printed.Add(text);
            Take(_footer.Print(text, Width));
        }

        public void Tell(string status)
        {
            _footer.Status = status;
            Take(_footer.Redraw(Width));
        }

        public void Check()
        {
            string[] status = _footer.Status.Length > 0 ? [_footer.Status] : [];
            Assert.Equal([.. _printed, .. status], Lines[..^1]);
            var shown = Lines[^1][2..];
            Assert.StartsWith("› ", Lines[^1], StringComparison.Ordinal);
            Assert.InRange(Lines[^1].Length, 2, Width - 1);
            Assert.Contains(shown, _footer.Draft.Text, StringComparison.Ordinal);
            Assert.Equal(Lines.Count - 1, _y);
            // What is left of the cursor on the screen is what is left of it in the draft.
            var before = _footer.Draft.Text[.._footer.Draft.Cursor];
            Assert.EndsWith(shown[..(_x - 2)], before, StringComparison.Ordinal);
        }

        private void Take(string bytes)
        {
            for (var at = 0; at < bytes.Length; at++)
            {
                switch (bytes[at])
                {
                    case '\r':
                        _x = 0;
                        break;
                    case '\n':
                        _y++;
                        Lines.AddRange(Enumerable.Repeat("", Math.Max(0, _y + 1 - Lines.Count)));
                        break;
                    case '\u001b':
                        var end = bytes.IndexOfAny(['A', 'C', 'J'], at);
                        Command(bytes[end], bytes[(at + 2)..end]);
                        at = end;
                        break;
                    default:
                        Lines[_y] = Lines[_y][.._x] + bytes[at] + (Lines[_y].Length > _x ? Lines[_y][(_x + 1)..] : "");
                        _x++;
                        break;
                }
            }
        }

        private void Command(char what, string count)
        {
            switch (what)
            {
                case 'A':
                    _y -= int.Parse(count, System.Globalization.CultureInfo.InvariantCulture);
                    break;
                case 'C':
                    _x += int.Parse(count, System.Globalization.CultureInfo.InvariantCulture);
                    break;
                default:
                    Assert.Equal("", count);
                    Lines[_y] = Lines[_y][.._x];
                    Lines.RemoveRange(_y + 1, Lines.Count - _y - 1);
                    break;
            }
        }
    }
}
