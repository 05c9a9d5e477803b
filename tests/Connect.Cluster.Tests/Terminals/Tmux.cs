using System.Diagnostics;
using Connect.Cluster.Tests.Processes;
using Xunit;

namespace Connect.Cluster.Tests.Terminals;

/// <summary>Real terminals: a tmux server of its own socket, which ends with it.</summary>
internal sealed class Tmux : IAsyncDisposable
{
    private static readonly TimeSpan CommandLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan SeeLimit = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    private readonly string _socket = Path.Combine(Path.GetTempPath(), "connect-tmux-" + Path.GetRandomFileName());

    public Dictionary<string, string> Environment { get; } =
        new() { ["LC_ALL"] = "C.UTF-8", ["TERM"] = "screen-256color" };

    /// <summary>The terminal tool of the same build.</summary>
    public static string Client { get; } =
        Path.Combine(ServerPrograms.Root, "artifacts", "bin", "Connect.Cli", "release", "connect");

    /// <summary>Opens a terminal in which the tool runs.</summary>
    public Task OpenAsync(string name, int width, int height, string arguments)
    {
        Assert.True(File.Exists(Client), $"{Client} is not built.");
        return StartAsync(name, width, height, $"{Client} {arguments}");
    }

    /// <summary>Opens a terminal, at the root of the repository, in which a command runs.</summary>
    public Task StartAsync(string name, int width, int height, string command) =>
        RunAsync([
            "new-session",
            "-d",
            "-s",
            name,
            "-c",
            ServerPrograms.Root,
            "-x",
            $"{width}",
            "-y",
            $"{height}",
            command,
        ]);

    public Task TypeAsync(string name, string text) => RunAsync("send-keys", "-t", $"={name}:", "-l", text);

    public Task PressAsync(string name, params string[] keys) => RunAsync(["send-keys", "-t", $"={name}:", .. keys]);

    public async Task SayAsync(string name, string text)
    {
        await TypeAsync(name, text);
        await PressAsync(name, "Enter");
    }

    public Task ResizeAsync(string name, int width, int height) =>
        RunAsync("resize-window", "-t", $"={name}:", "-x", $"{width}", "-y", $"{height}");

    /// <summary>What the terminal shows now.</summary>
    public Task<string> ScreenAsync(string name) => RunAsync("capture-pane", "-p", "-t", $"={name}:");

    /// <summary>The title that programs gave the terminal.</summary>
    public Task<string> TitleAsync(string name) =>
        RunAsync("display-message", "-p", "-t", $"={name}:", "#{pane_title}");

    /// <summary>Waits until the terminal shows it, and gives what it shows.</summary>
    public Task<string> SeeAsync(string name, string words) =>
        SeeAsync(name, $"'{words}'", screen => screen.Contains(words, StringComparison.Ordinal));

    public async Task<string> SeeAsync(string name, string what, Func<string, bool> shows)
    {
        var waiting = Stopwatch.StartNew();
        while (true)
        {
            var screen = await ScreenAsync(name);
            if (shows(screen))
            {
                return screen;
            }

            Assert.True(waiting.Elapsed < SeeLimit, $"{name} did not show {what} within {SeeLimit}:\n{screen}");
            await Task.Delay(Look, TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Waits until the terminal shows something else than before, and that twice.</summary>
    public async Task<string> SettledAsync(string name, string before)
    {
        var last = await SeeAsync(name, "anything new", screen => screen != before);
        await Task.Delay(Look, TimeProvider.System, TestContext.Current.CancellationToken);
        return await SeeAsync(
            name,
            "the same twice",
            screen =>
            {
                var same = screen == last;
                last = screen;
                return same;
            }
        );
    }

    /// <summary>Waits until the program of a terminal has ended, and with it the terminal.</summary>
    public async Task GoneAsync(string name)
    {
        var waiting = Stopwatch.StartNew();
        while ((await TryAsync("has-session", "-t", $"={name}")).Code == 0)
        {
            Assert.True(waiting.Elapsed < SeeLimit, $"{name} did not end within {SeeLimit}.");
            await Task.Delay(Look, TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await TryAsync("kill-server");
        File.Delete(_socket);
    }

    private async Task<string> RunAsync(params string[] words)
    {
        var (code, said) = await TryAsync(words);
        Assert.True(code == 0, $"tmux {string.Join(' ', words)}: {said}");
        return said;
    }

    private Task<(int Code, string Said)> TryAsync(params string[] words)
    {
        var start = new ProcessStartInfo("tmux") { ArgumentList = { "-S", _socket, "-f", "/dev/null" } };
        foreach (var word in words)
        {
            start.ArgumentList.Add(word);
        }

        foreach (var (name, value) in Environment)
        {
            start.Environment[name] = value;
        }

        return ProgramRun.RunAsync(start, "", CommandLimit);
    }
}
