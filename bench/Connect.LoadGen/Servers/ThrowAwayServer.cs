using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Connect.LoadGen.Servers;

/// <summary>A real server process with a folder of its own, which goes with it.</summary>
public sealed class ThrowAwayServer : IAsyncDisposable
{
    private const int LastLineCount = 40;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly string _program;
    private readonly StreamWriter _log;
    private Process? _process;
    private string _listen = "https://127.0.0.1:0";

    /// <param name="program">The path of <c>connect-server</c>.</param>
    public ThrowAwayServer(string program)
    {
        _program = program;
        _log = new StreamWriter(LogFile) { AutoFlush = true };
    }

    /// <summary>Everything the server wrote lies below it.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("connect-server-").FullName;

    /// <summary>Where it listens, the same after a restart.</summary>
    public Uri Url => new(_listen);

    /// <summary>The certificate that clients must trust.</summary>
    public string CertificateFile => Path.Combine(Folder, "data.tls", "cert.pem");

    /// <summary>The embedded store.</summary>
    public string DataFolder => Path.Combine(Folder, "data");

    /// <summary>The process that was started last.</summary>
    public int ProcessId => Running().Id;

    /// <summary>What the server wrote, over all its lives.</summary>
    public string LogFile => Path.Combine(Folder, "server.log");

    /// <summary>How the process ended; only after <see cref="WaitForExitAsync"/>.</summary>
    public int ExitCode => Running().ExitCode;

    /// <summary>Added to the environment of the next start.</summary>
    public IDictionary<string, string> Environment { get; } = new Dictionary<string, string>();

    /// <summary>Settings of the next start, as <c>--Name=value</c>; one set here wins over ours.</summary>
    public IList<string> Arguments { get; } = [];

    /// <summary>Starts it, on the port of before if it ran before, and waits until it is ready.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(_program)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = Folder,
            ArgumentList = { $"--Data={DataFolder}", $"--Listen={_listen}" },
        };
        foreach (var argument in Arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in Environment)
        {
            start.Environment[name] = value;
        }

        var ready = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        process.OutputDataReceived += (_, line) => Take(line.Data, ready);
        process.ErrorDataReceived += (_, line) => Take(line.Data, ready: null);
        process.Exited += (_, _) =>
            ready.TrySetException(
                new InvalidOperationException("The server ended before it was ready:\n" + LastLines())
            );
        process.Start();
        _process?.Dispose();
        _process = process;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _listen = await ready.Task.WaitAsync(StartLimit, cancellationToken);
    }

    /// <summary>SIGKILL: no handler runs, nothing is flushed. False when the process had ended by itself.</summary>
    public async Task<bool> KillAsync(CancellationToken cancellationToken)
    {
        var process = Running();
        var wasAlive = !process.HasExited;
        process.Kill();
        await process.WaitForExitAsync(cancellationToken);
        return wasAlive;
    }

    /// <summary>SIGTERM: it may finish what is under way. The answer is its exit code.</summary>
    public async Task<int> StopAsync(CancellationToken cancellationToken)
    {
        Signal(15);
        await WaitForExitAsync(cancellationToken);
        return Running().ExitCode;
    }

    /// <summary>Waits until the process ends by itself.</summary>
    public Task WaitForExitAsync(CancellationToken cancellationToken) => Running().WaitForExitAsync(cancellationToken);

    /// <summary>Sends a signal, such as SIGSTOP.</summary>
    public void Signal(int number)
    {
        if (NativeKill(Running().Id, number) != 0)
        {
            throw new InvalidOperationException($"Signal {number} was not delivered to the server.");
        }
    }

    /// <summary>The end of the log, for a report of what went wrong.</summary>
    public string LastLines()
    {
        lock (_log)
        {
            return string.Join('\n', File.ReadLines(LogFile).TakeLast(LastLineCount));
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            await KillAsync(CancellationToken.None);
        }

        _process?.Dispose();
        await _log.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private Process Running() => _process ?? throw new InvalidOperationException("The server was not started.");

    private void Take(string? line, TaskCompletionSource<string>? ready)
    {
        if (line is null)
        {
            return;
        }

        lock (_log)
        {
            _log.WriteLine(line);
        }

        const string Ready = "Connect is ready at ";
        if (line.StartsWith(Ready, StringComparison.Ordinal))
        {
            ready?.TrySetResult(line[Ready.Length..].Split(',')[0].Trim());
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int NativeKill(int process, int signal);
}
