using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading.Channels;
using Connect.Cluster.Tests.Processes;
using Xunit;

namespace Connect.Cluster.Tests.Quickstart;

/// <summary>A program at a terminal: lines in, lines out.</summary>
internal sealed class LineProgram : IAsyncDisposable
{
    private const int Interrupt = 2;
    private const int Continue = 18;
    private const int Stop = 19;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly StringBuilder _said = new();

    private LineProgram(Process process) => _process = process;

    /// <summary>Starts a line of the README in a shell, at the root of the repository.</summary>
    public static LineProgram Start(string command, IReadOnlyDictionary<string, string> environment)
    {
        // A shell cannot trap what was ignored when it began, and who runs tests in the background ignores Ctrl-C.
        var start = new ProcessStartInfo("env")
        {
            ArgumentList = { "--default-signal=INT", "bash", "-c", "exec " + command },
            WorkingDirectory = ServerPrograms.Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var program = new LineProgram(new Process { StartInfo = start });
        program._process.OutputDataReceived += (_, line) => program.Take(line.Data);
        program._process.ErrorDataReceived += (_, line) => program.Take(line.Data);
        program._process.Start();
        program._process.BeginOutputReadLine();
        program._process.BeginErrorReadLine();
        return program;
    }

    public Task TypeAsync(string line) => _process.StandardInput.WriteLineAsync(line);

    /// <summary>Waits for a line with these words and gives it.</summary>
    public async Task<string> SeeAsync(string words)
    {
        using var deadline = new CancellationTokenSource(Limit);
        try
        {
            await foreach (var line in _lines.Reader.ReadAllAsync(deadline.Token))
            {
                if (line.Contains(words, StringComparison.Ordinal))
                {
                    return line;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Told below.
        }

        throw new InvalidOperationException($"'{words}' was not said within {Limit}:\n{Said()}");
    }

    /// <summary>Ends the input, waits for the end and gives the exit code.</summary>
    public async Task<int> EndAsync()
    {
        _process.StandardInput.Close();
        using var deadline = new CancellationTokenSource(Limit);
        try
        {
            await _process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            throw new InvalidOperationException($"It did not end within {Limit}:\n{Said()}");
        }

        return _process.ExitCode;
    }

    /// <summary>What Ctrl-C does.</summary>
    public void PressCtrlC() => Assert.Equal(0, NativeKill(_process.Id, Interrupt));

    /// <summary>SIGSTOP, and waits until the system says that it stands still.</summary>
    public async Task FreezeAsync()
    {
        Assert.Equal(0, NativeKill(_process.Id, Stop));
        using var deadline = new CancellationTokenSource(Limit);
        while (State() != 'T')
        {
            Assert.False(deadline.IsCancellationRequested, $"SIGSTOP did not stop it: {State()}");
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }
    }

    /// <summary>SIGCONT.</summary>
    public void Resume()
    {
        Assert.Equal('T', State());
        Assert.Equal(0, NativeKill(_process.Id, Continue));
    }

    public string Said()
    {
        lock (_said)
        {
            return _said.ToString();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    /// <summary>The state of the process, as the system writes it behind the name in brackets.</summary>
    private char State()
    {
        var stat = File.ReadAllText($"/proc/{_process.Id}/stat");
        return stat[stat.LastIndexOf(')') + 2];
    }

    private void Take(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_said)
        {
            _said.AppendLine(line);
        }

        _lines.Writer.TryWrite(line);
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int NativeKill(int process, int signal);
}
