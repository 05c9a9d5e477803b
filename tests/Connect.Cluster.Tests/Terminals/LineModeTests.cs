using Xunit;

namespace Connect.Cluster.Tests.Terminals;

/// <summary>Line mode of the real program in a real terminal against a real server.</summary>
public sealed class LineModeTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Typing_is_told_both_ways_and_what_comes_leaves_the_line_being_written_alone()
    {
        await using var run = await TerminalRun.StartAsync(Cancelled, "alice", "bob");
        var terminals = run.Terminals;
        await run.ToolAsync("contacts", "add", "bob", "--as", "alice");
        await run.ToolAsync("contacts", "accept", "alice", "--as", "bob");
        await run.ToolAsync("send", "bob", "before", "--as", "alice");
        await terminals.OpenAsync("a", 60, 16, "chat bob --lines --as alice");
        await terminals.SeeAsync("a", "alice: before");
        await terminals.OpenAsync("b", 80, 20, "chat alice --as bob");
        await terminals.SeeAsync("a", "— bob is online");
        await terminals.SeeAsync("b", "● online");

        await terminals.TypeAsync("a", "half of");
        await terminals.SeeAsync("b", "─ alice is typing … ─");
        await terminals.SayAsync("b", "in between");
        var screen = await terminals.SeeAsync("a", "bob: in between");
        Assert.EndsWith("› half of", screen.TrimEnd(), StringComparison.Ordinal);
        await terminals.TypeAsync("b", "and more");
        screen = await terminals.SeeAsync("a", "bob is typing …");
        Assert.EndsWith("bob is typing …\n› half of", screen.TrimEnd(), StringComparison.Ordinal);
        // It ends by itself, and leaves no line behind.
        await terminals.SeeAsync("a", "its end", shown => !shown.Contains("typing", StringComparison.Ordinal));
        await terminals.SayAsync("a", " a line");
        await terminals.SeeAsync("a", "has read up to");
        await terminals.SeeAsync("b", "half of a line");

        await run.Server.KillAsync(Cancelled);
        await terminals.SeeAsync("a", "— connecting:");
        await terminals.SayAsync("a", "while it is down");
        await terminals.SeeAsync("a", "… waits in the outbox");
        await run.Server.RestartAsync(Cancelled);
        await terminals.SeeAsync("b", "while it is down");
        await terminals.SeeAsync("a", "— connected again");
        await terminals.PressAsync("a", "C-c");
        await terminals.GoneAsync("a");
    }

    [Fact]
    public async Task A_group_tells_of_how_many_a_message_is_read_and_keeps_the_name_of_who_never_came()
    {
        await using var run = await TerminalRun.StartAsync(Cancelled, "alice", "bob", "carol", "dora");
        var terminals = run.Terminals;
        foreach (var friend in new[] { "bob", "carol" })
        {
            await run.ToolAsync("contacts", "add", friend, "--as", "alice");
            await run.ToolAsync("contacts", "accept", "alice", "--as", friend);
        }

        // Dora is no contact: she is invited, and declines.
        await run.ToolAsync("group", "create", "Plans", "bob", "carol", "dora", "--as", "alice");
        var invited = await run.ToolAsync("history", "group:Plans", "--as", "bob");
        Assert.Contains("alice invited dora", invited, StringComparison.Ordinal);
        await run.ToolAsync("invites", "decline", "Plans", "--as", "dora");
        var ended = await run.ToolAsync("history", "group:Plans", "--as", "bob");
        Assert.Contains("the invite for dora has ended", ended, StringComparison.Ordinal);
        // Carol met neither the invite nor its name in time.
        var unknown = await run.ToolAsync("history", "group:Plans", "--as", "carol");
        Assert.Contains("the invite for somebody has ended", unknown, StringComparison.Ordinal);

        await terminals.OpenAsync("a", 80, 24, "chat group:Plans --lines --as alice");
        await terminals.SeeAsync("a", "has ended");
        await terminals.SayAsync("a", "who reads this?");
        await terminals.SeeAsync("a", "✓ sent");
        await terminals.OpenAsync("b", 100, 24, "chat group:Plans --lines --as bob");
        await terminals.SeeAsync("a", "read by 1 of 2");
        await terminals.OpenAsync("c", 100, 24, "--as carol");
        await terminals.SeeAsync("c", "who reads");
        await terminals.PressAsync("c", "Home", "Enter");
        await terminals.SeeAsync("a", "read by 2 of 2");
        await terminals.SeeAsync("c", "invite for somebody has ended");
        // On the full screen it is asked by key.
        await terminals.SayAsync("c", "and this?");
        await terminals.SeeAsync("c", "✓✓ read by all 2");
        await terminals.PressAsync("c", "M-r");
        var readers = await terminals.SeeAsync("c", "✓✓ read by 2 of 2");
        Assert.Contains("   alice\n   bob", readers, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_limit_the_operator_has_lowered_holds_in_lines_on_the_screen_and_from_a_pipe()
    {
        await using var run = await TerminalRun.StartAsync(["--Gateway:TextBytes=20"], Cancelled, "alice", "bob");
        var terminals = run.Terminals;
        await terminals.OpenAsync("a", 80, 16, "chat bob --lines --as alice");
        await terminals.SeeAsync("a", "›");
        await terminals.SayAsync("a", "hello");
        await terminals.SeeAsync("a", "✓ sent");
        await terminals.SayAsync("a", "x is twenty-two bytes.");
        var screen = await terminals.SeeAsync("a", "Not sent: 2 bytes longer than the 20");
        Assert.EndsWith("› x is twenty-two bytes.", screen.TrimEnd(), StringComparison.Ordinal);
        await terminals.PressAsync("a", "BSpace", "BSpace", "Enter");
        await terminals.SeeAsync("a", "both sent", shown => shown.Split("✓ sent").Length == 3);

        await terminals.OpenAsync("b", 80, 20, "chat alice --as bob");
        await terminals.SeeAsync("b", "x is twenty-two byte");
        await terminals.SeeAsync("b", "● online");
        await terminals.SayAsync("b", "x is twenty-one byte!");
        await terminals.SeeAsync("b", "21 of 20 bytes: too long");
        await terminals.SeeAsync("b", "Not sent: 1 byte longer than the 20");

        // A line that can never be sent does not hold up the ones after it, and the exit code tells.
        await terminals.StartAsync(
            "c",
            80,
            20,
            $"printf 'this line is far too long for it\\nshort\\n' | {Tmux.Client} chat bob --as alice; "
                + "echo code $?; read wait"
        );
        var piped = await terminals.SeeAsync("c", "code 1");
        Assert.Contains("✗ not sent", piped, StringComparison.Ordinal);
        Assert.Contains("✓ sent", piped, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pipe_is_no_person_who_types()
    {
        await using var run = await TerminalRun.StartAsync(Cancelled, "alice", "bob");
        var terminals = run.Terminals;
        await run.ToolAsync("contacts", "add", "bob", "--as", "alice");
        await run.ToolAsync("contacts", "accept", "alice", "--as", "bob");
        await terminals.OpenAsync("b", 80, 20, "chat alice --lines --as bob");
        await terminals.SeeAsync("b", "›");
        // Half a line lies in the pipe while whole ones go out; all that bob is told are messages.
        await terminals.StartAsync(
            "a",
            80,
            20,
            $"(printf 'one\\nhal'; read go; echo f) | {Tmux.Client} chat bob --as alice"
        );
        await terminals.SeeAsync("b", "alice: one");
        await terminals.PressAsync("a", "Enter");
        var screen = await terminals.SeeAsync("b", "alice: half");
        Assert.DoesNotContain("typing", screen, StringComparison.Ordinal);
        await terminals.GoneAsync("a");
        await terminals.PressAsync("b", "C-d");
        await terminals.GoneAsync("b");
    }
}
