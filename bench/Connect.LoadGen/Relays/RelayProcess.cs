using System.Diagnostics;

namespace Connect.LoadGen.Relays;

/// <summary>The relay, started from this same program.</summary>
internal sealed class RelayProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    private readonly string _folder = Directory.CreateTempSubdirectory("connect-relay-").FullName;
    private readonly Process _process;

    private RelayProcess(Process process) => _process = process;

    public Uri Url { get; private set; } = null!;

    public string CertificateFile => Path.Combine(_folder, "relay.pem");

    public int ProcessId => _process.Id;

    public static async Task<RelayProcess> StartAsync(CancellationToken cancellationToken)
    {
        var library = typeof(RelayProcess).Assembly.Location;
        var running = Path.GetFileNameWithoutExtension(Environment.ProcessPath);
        var isThis = running == Path.GetFileNameWithoutExtension(library);
        var start = new ProcessStartInfo(isThis ? Environment.ProcessPath! : "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        };
        if (!isThis)
        {
            start.ArgumentList.Add(library);
        }

        start.ArgumentList.Add(RelayCommand.Name);
        var relay = new RelayProcess(new Process { StartInfo = start });
        start.ArgumentList.Add("--certificate=" + relay.CertificateFile);
        // As the server has it.
        start.Environment["DOTNET_gcServer"] = "1";
        relay._process.Start();
        try
        {
            var line = await relay
                ._process.StandardOutput.ReadLineAsync(cancellationToken)
                .AsTask()
                .WaitAsync(StartLimit, cancellationToken);
            relay.Url = new Uri(
                line?.StartsWith(RelayCommand.Ready, StringComparison.Ordinal) == true
                    ? line[RelayCommand.Ready.Length..]
                    : throw new InvalidOperationException("The relay did not start: " + line)
            );
            return relay;
        }
        catch
        {
            await relay.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
