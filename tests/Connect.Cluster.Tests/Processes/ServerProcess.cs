using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Connect.LoadGen.Servers;

namespace Connect.Cluster.Tests.Processes;

/// <summary>
/// The server as it is built, as a process of its own with a folder of its own, on a free port that it keeps over
/// restarts.
/// </summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly ThrowAwayServer _server;

    private ServerProcess(ThrowAwayServer server) => _server = server;

    /// <summary>The built program; <c>CONNECT_TEST_SERVER</c> names another build of it.</summary>
    public static string Program =>
        System.Environment.GetEnvironmentVariable("CONNECT_TEST_SERVER")
        ?? Path.Combine(
            AppContext.BaseDirectory,
            OperatingSystem.IsWindows() ? "connect-server.exe" : "connect-server"
        );

    public Uri Url => _server.Url;

    public string Folder => _server.Folder;

    public int ProcessId => _server.ProcessId;

    /// <summary>Memory of the process, bytes: RSS, as the system counts it.</summary>
    public long ResidentBytes =>
        1024
        * long.Parse(
            File.ReadLines($"/proc/{_server.ProcessId}/status")
                .First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
            System.Globalization.CultureInfo.InvariantCulture
        );

    public string CertificateFile => _server.CertificateFile;

    public string KeyFile => Path.Combine(Path.GetDirectoryName(CertificateFile)!, "key.pem");

    /// <summary>All that the server wrote, output and log.</summary>
    public string Log => File.ReadAllText(_server.LogFile);

    /// <summary>What the next start is given besides ours.</summary>
    public IDictionary<string, string> Environment => _server.Environment;

    /// <summary>Starts another build of the server, with an environment.</summary>
    public static async Task<ServerProcess> StartProgramAsync(
        string program,
        CancellationToken cancellationToken,
        params (string Name, string Value)[] environment
    )
    {
        var server = new ThrowAwayServer(program);
        foreach (var (name, value) in environment)
        {
            server.Environment[name] = value;
        }

        var process = new ServerProcess(server);
        try
        {
            await server.StartAsync(cancellationToken);
            return process;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until the process ends by itself.</summary>
    public Task WaitForExitAsync(CancellationToken cancellationToken) => _server.WaitForExitAsync(cancellationToken);

    /// <summary>Where <see cref="Log"/> is.</summary>
    public string LogFile => _server.LogFile;

    /// <summary>Starts a server; settings are given as <c>--Name=value</c>.</summary>
    public static Task<ServerProcess> StartAsync(CancellationToken cancellationToken, params string[] settings) =>
        StartProgramAsync(Program, new Dictionary<string, string>(), cancellationToken, settings);

    /// <summary>Starts another build of the server, or a script that becomes it.</summary>
    public static async Task<ServerProcess> StartProgramAsync(
        string program,
        IReadOnlyDictionary<string, string> environment,
        CancellationToken cancellationToken,
        params string[] settings
    )
    {
        var server = new ThrowAwayServer(program);
        foreach (var (name, value) in environment)
        {
            server.Environment[name] = value;
        }

        foreach (var setting in settings)
        {
            server.Arguments.Add(setting);
        }

        var process = new ServerProcess(server);
        try
        {
            await server.StartAsync(cancellationToken);
            return process;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a server whose store is in memory.</summary>
    public static Task<ServerProcess> StartInMemoryAsync(
        CancellationToken cancellationToken,
        params string[] settings
    ) => StartAsync(cancellationToken, ["--Data=:memory:", "--Tls:DevelopmentFolder=data.tls", .. settings]);

    /// <summary>Starts it again, on the same port and data.</summary>
    public Task RestartAsync(CancellationToken cancellationToken) => _server.StartAsync(cancellationToken);

    /// <summary>SIGKILL.</summary>
    public Task KillAsync(CancellationToken cancellationToken) => _server.KillAsync(cancellationToken);

    /// <summary>SIGTERM, and the exit code.</summary>
    public Task<int> StopAsync(CancellationToken cancellationToken) => _server.StopAsync(cancellationToken);

    /// <summary>SIGSTOP.</summary>
    public void Freeze() => _server.Signal(19);

    /// <summary>Sends a signal by its number.</summary>
    public void Signal(int number) => _server.Signal(number);

    /// <summary>SIGCONT.</summary>
    public void Resume() => _server.Signal(18);

    /// <summary>A client that trusts the server's certificate file as its only authority.</summary>
    public HttpClient CreateClient(Version? version = null)
    {
        var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = TrustOnly(CertificateFile) },
        };
        return new HttpClient(handler)
        {
            BaseAddress = Url,
            DefaultRequestVersion = version ?? HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
    }

    public static X509ChainPolicy TrustOnly(string certificateFile)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        policy.CustomTrustStore.ImportFromPemFile(certificateFile);
        return policy;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
