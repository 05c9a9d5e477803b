using System.Text.RegularExpressions;
using Xunit;

namespace Connect.Cluster.Tests.Terminals;

/// <summary>The real program in a real terminal against a real server.</summary>
public sealed partial class ScreenTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_chat_and_through_the_death_of_the_server_nothing_is_lost_or_doubled()
    {
        await using var run = await TerminalRun.StartAsync(Cancelled, "alice", "bob");
        var terminals = run.Terminals;
        await terminals.OpenAsync("a", 100, 30, "chat bob --as alice");
        await terminals.SeeAsync("a", "● online");
        await terminals.OpenAsync("b", 100, 30, "--as bob");
        await terminals.SeeAsync("b", "● online");

        await terminals.SayAsync("a", "first words");
        // A stranger's words are counted in the list, and the stranger learns nothing before an answer.
        await terminals.SeeAsync("b", "first words");
        Assert.Contains(" 1 ", await terminals.ScreenAsync("b"), StringComparison.Ordinal);
        Assert.DoesNotContain("✓✓", await terminals.SeeAsync("a", "✓ sent"), StringComparison.Ordinal);
        await terminals.PressAsync("b", "Enter");
        await terminals.SeeAsync("b", "a message request: your answer accepts it");
        await terminals.SayAsync("b", "漢字 and 👍");
        await terminals.SeeAsync("a", "漢字 and 👍");
        await terminals.SeeAsync("a", "✓✓ read");

        // What the help covers has arrived and is not read.
        await terminals.PressAsync("b", "F1");
        await terminals.SeeAsync("b", "the newest message");
        await terminals.SayAsync("a", "covered words");
        var covered = await terminals.SeeAsync("a", "✓✓ delivered");
        Assert.DoesNotContain("read", Ticks(covered, "covered words"), StringComparison.Ordinal);
        await terminals.PressAsync("b", "Escape");
        await terminals.SeeAsync("a", "it read", screen => Ticks(screen, "covered words").Contains("✓✓ read"));

        await run.Server.KillAsync(Cancelled);
        await terminals.SeeAsync("a", "offline");
        await terminals.SayAsync("a", "while it was down, one");
        await terminals.SayAsync("a", "while it was down, two");
        await terminals.SeeAsync("a", "offline: 2 messages waiting");
        await terminals.SeeAsync("a", "… queued");
        await run.Server.RestartAsync(Cancelled);
        await terminals.SeeAsync("a", "● online");
        var bob = await terminals.SeeAsync("b", "while it was down, two");
        var alice = await terminals.SeeAsync("a", "all is read", screen => Ticks(screen, "two").Contains("✓✓ read"));
        foreach (var screen in new[] { alice, bob })
        {
            Assert.Equal(
                ["first words", "漢字 and 👍", "covered words", "while it was down, one", "while it was down, two"],
                History(screen)
            );
        }

        await terminals.ResizeAsync("a", 40, 12);
        await terminals.SeeAsync("a", "a narrow one", screen => screen.StartsWith(" bob ", StringComparison.Ordinal));
        Assert.DoesNotContain("│", await terminals.ScreenAsync("a"), StringComparison.Ordinal);
        await terminals.PressAsync("a", "C-q");
        await terminals.GoneAsync("a");
    }

    [Fact]
    public async Task Without_a_server_it_starts_with_what_it_holds_and_what_is_written_is_sent_later()
    {
        await using var run = await TerminalRun.StartAsync(Cancelled, "alice", "bob");
        var terminals = run.Terminals;
        await run.ToolAsync("send", "alice", "kept on this device", "--as", "bob");
        await terminals.OpenAsync("first", 80, 20, "--as alice");
        // The list says it in part alone: there it is a request, and the column is narrow.
        await terminals.SeeAsync("first", "request · kept on");
        await terminals.SeeAsync("first", "bob");
        await terminals.PressAsync("first", "q");
        await terminals.GoneAsync("first");

        await run.Server.KillAsync(Cancelled);
        await terminals.OpenAsync("second", 80, 20, "--as alice");
        await terminals.SeeAsync("second", "kept on");
        await terminals.SeeAsync("second", "offline");
        await terminals.PressAsync("second", "Enter");
        await terminals.SeeAsync("second", "kept on this device");
        await terminals.SayAsync("second", "written without a server");
        await terminals.SeeAsync("second", "1 message waiting");
        await terminals.PressAsync("second", "C-c");
        await terminals.GoneAsync("second");

        await run.Server.RestartAsync(Cancelled);
        await terminals.OpenAsync("third", 80, 20, "--as alice");
        await terminals.SeeAsync("third", "● online");
        var history = await run.ToolAsync("history", "alice", "--as", "bob");
        Assert.Contains("written without a server", history, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Three_hundred_messages_scroll_back_to_the_first_without_a_gap()
    {
        const int Count = 300;
        await using var run = await TerminalRun.StartAsync(Cancelled, "alice", "bob");
        var terminals = run.Terminals;
        var lines = string.Concat(Enumerable.Range(1, Count).Select(at => $"line {at:000}\n"));
        await run.ToolAsync(lines, ["chat", "alice", "--as", "bob"]);

        await terminals.OpenAsync("a", 80, 30, "--as alice");
        await terminals.SeeAsync("a", " 99+ ");
        await terminals.SeeAsync("a", "● online");
        await terminals.PressAsync("a", "Enter", "End");
        await terminals.SeeAsync("a", $"line {Count}");
        var seen = new SortedSet<int>();
        var screen = await terminals.SettledAsync("a", before: "");
        for (var page = 0; !seen.Contains(1); page++)
        {
            Assert.True(page < Count, $"Only {seen.Count} lines, from {seen.Min}:\n{screen}");
            seen.UnionWith(Lines(screen));
            await terminals.PressAsync("a", "PageUp");
            screen = await terminals.SettledAsync("a", screen);
            seen.UnionWith(Lines(screen));
        }

        Assert.Equal(Enumerable.Range(1, Count), seen);
        await terminals.PressAsync("a", "PageUp");
        await terminals.SeeAsync("a", "the conversation begins here");
    }

    [Fact]
    public async Task A_hostile_text_is_shown_as_text_and_commands_nothing()
    {
        await using var run = await TerminalRun.StartAsync(Cancelled, "alice", "mallory");
        var terminals = run.Terminals;
        await terminals.OpenAsync("a", 100, 30, "chat mallory --as alice");
        await terminals.SeeAsync("a", "● online");
        const string Hostile =
            "\u001b[2J\u001b[H\u001b]0;owned\a\u001b[31m\u009b2Jred\u001b[?1049l\u0007\u0000 "
            + "invoice\u202efdp.exe\u2066x\u2069 end";
        await run.ToolAsync(Hostile, ["send", "alice", "-", "--as", "mallory"]);
        var screen = await terminals.SeeAsync("a", " end");
        Assert.Contains("invoice�fdp.exex end", screen, StringComparison.Ordinal);
        Assert.Contains("�[2J�[H", screen, StringComparison.Ordinal);
        Assert.Contains("● online", screen, StringComparison.Ordinal);
        Assert.DoesNotContain("owned", await terminals.TitleAsync("a"), StringComparison.Ordinal);
        Assert.DoesNotMatch("[\u202a-\u202e\u2066-\u2069]", screen);
        // The other screen was not left, and the keys still do what they do.
        await terminals.PressAsync("a", "F1");
        await terminals.SeeAsync("a", "the newest message");
    }

    [Fact]
    public async Task A_group_shows_names_typing_presence_and_how_many_have_read_through_a_kill()
    {
        await using var run = await TerminalRun.StartAsync(Cancelled, "alice", "bob", "carol");
        var terminals = run.Terminals;
        foreach (var friend in new[] { "bob", "carol" })
        {
            await run.ToolAsync("contacts", "add", friend, "--as", "alice");
            await run.ToolAsync("contacts", "accept", "alice", "--as", friend);
        }

        await run.ToolAsync("send", "alice", "hello alice", "--as", "bob");
        await run.ToolAsync("group", "create", "Plans", "bob", "carol", "--as", "alice");
        await terminals.OpenAsync("a", 100, 30, "--as alice");
        await terminals.OpenAsync("b", 100, 30, "--as bob");
        await terminals.SeeAsync("a", "bob ●");
        foreach (var name in new[] { "a", "b" })
        {
            await terminals.SeeAsync(name, "Plans");
            await terminals.PressAsync(name, "Home", "Enter");
            await terminals.SeeAsync(name, "Plans · 3 members");
        }

        await terminals.TypeAsync("b", "at ten");
        await terminals.SeeAsync("a", "─ bob is typing … ─");
        await terminals.PressAsync("b", "Enter");
        // Carol has no device running.
        await terminals.SeeAsync("b", "it read by one", screen => Ticks(screen, "at ten").Contains("read by 1 of 2"));
        var alice = await terminals.SeeAsync("a", "at ten");
        Assert.DoesNotContain("typing", alice, StringComparison.Ordinal);
        Assert.Contains(
            "bob ",
            alice[alice.IndexOf("Plans · 3", StringComparison.Ordinal)..],
            StringComparison.Ordinal
        );

        await run.Server.KillAsync(Cancelled);
        await terminals.SeeAsync("a", "offline");
        await terminals.SeeAsync("a", "no presence", screen => !screen.Contains("bob ●", StringComparison.Ordinal));
        await run.Server.RestartAsync(Cancelled);
        await terminals.SeeAsync("a", "bob ●");
        await terminals.SeeAsync("b", "● online");
        await terminals.TypeAsync("b", "or at eleven");
        await terminals.SeeAsync("a", "─ bob is typing … ─");
        // Nothing more is typed: it ends by itself.
        await terminals.SeeAsync("a", "its end", screen => !screen.Contains("is typing", StringComparison.Ordinal));
        await terminals.PressAsync("b", "C-q");
        await terminals.GoneAsync("b");
        await terminals.SeeAsync("a", "bob gone", screen => !screen.Contains("bob ●", StringComparison.Ordinal));
    }

    /// <summary>The messages of the history, in order, beside the list.</summary>
    private static List<string> History(string screen) =>
        [
            .. screen
                .Split('\n')
                .Where(line => line.Contains("│   ", StringComparison.Ordinal))
                .Select(line => TickAtEnd().Replace(line[(line.IndexOf('│') + 4)..], "").Trim())
                .Where(line => line.Length > 0 && line is not "the conversation begins here"),
        ];

    private static string Ticks(string screen, string words) =>
        screen.Split('\n').LastOrDefault(line => line.Contains('│') && line.Contains(words, StringComparison.Ordinal))
        ?? "";

    private static IEnumerable<int> Lines(string screen) =>
        screen
            .Split('\n')
            .Where(line => line.Contains('│'))
            .SelectMany(line => MessageLine().Matches(line[line.IndexOf('│')..]))
            .Select(match => int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture));

    [GeneratedRegex(@"\s+(?:…|✓|✓✓)(?: \w+)?$")]
    private static partial Regex TickAtEnd();

    [GeneratedRegex(@"line (\d{3})")]
    private static partial Regex MessageLine();
}
