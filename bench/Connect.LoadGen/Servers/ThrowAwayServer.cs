using System.Diagnostics;

namespace Connect.LoadGen.Servers;

/// <summary>A real server process with a folder of its own, which goes with it.</summary>
public sealed class ThrowAwayServer : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly string _program;
    private readonly string _folder = Directory.CreateTempSubdirectory("connect-load-").FullName;
    private readonly StreamWriter _log;
    private Process? _process;
    private string _listen = "https://127.0.0.1:0";

    public ThrowAwayServer(string program)
    {
        _program = program;
        _log = new StreamWriter(LogFile) { AutoFlush = true };
    }

    /// <summary>Where it listens, the same after a restart.</summary>
    public Uri Url => new(_listen);

    /// <summary>The certificate that clients must trust.</summary>
    public string CertificateFile => Path.Combine(_folder, "data.tls", "cert.pem");

    /// <summary>What the server wrote, over all its lives.</summary>
    public string LogFile => Path.Combine(_folder, "server.log");

    /// <summary>Starts it, on the port of before if it ran before, and waits until it is ready.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var process = new Process
        {
            StartInfo = new ProcessStartInfo(_program)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                RedirectStandardInput = true,
                WorkingDirectory = _folder,
                ArgumentList = { $"--Data={Path.Combine(_folder, "data")}", $"--Listen={_listen}" },
            },
        };
        var ready = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        process.OutputDataReceived += (_, line) => Take(line.Data, ready);
        process.ErrorDataReceived += (_, line) => Take(line.Data, ready: null);
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => ready.TrySetException(new InvalidOperationException(Ended()));
        process.Start();
        _process = process;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _listen = await ready.Task.WaitAsync(StartLimit, cancellationToken);
    }

    /// <summary>SIGKILL: no handler runs, nothing is flushed. False when the process had ended by itself.</summary>
    public async Task<bool> KillAsync(CancellationToken cancellationToken)
    {
        var process = _process ?? throw new InvalidOperationException("The server was not started.");
        var wasAlive = !process.HasExited;
        process.Kill();
        await process.WaitForExitAsync(cancellationToken);
        return wasAlive;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            await KillAsync(CancellationToken.None);
        }

        _process?.Dispose();
        await _log.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

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

    private string Ended()
    {
        lock (_log)
        {
            _log.Flush();
        }

        return $"The server ended before it was ready:{Environment.NewLine}{File.ReadAllText(LogFile)}";
    }
}
