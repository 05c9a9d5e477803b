using System.Net;
using System.Net.Security;
using System.Reflection;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;

namespace Connect.PathCount;

/// <summary>The server program, run in this process by its entry point.</summary>
internal sealed partial class HostedServer
{
    private readonly X509Certificate2Collection _roots = [];

    /// <summary>Where it listens.</summary>
    public Uri Url { get; private set; } = new("https://localhost");

    /// <summary>Starts it; it ends with the process.</summary>
    /// <param name="data">The folder of its data, and what the names of those beside it begin with.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<HostedServer> StartAsync(string data, CancellationToken cancellationToken)
    {
        var server = new HostedServer();
        var output = new ReadyWriter();
        Console.SetOut(output);
        var ended = Task.Factory.StartNew(
            () => Serve([$"--Data={data}", "--Listen=https://127.0.0.1:0"]),
            cancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );
        var first = await Task.WhenAny(output.Ready, ended).WaitAsync(cancellationToken);
        if (first == ended)
        {
            throw new InvalidOperationException($"The server ended with {await ended} before it was ready.");
        }

        server.Url = await output.Ready;
        server._roots.ImportFromPemFile(Path.Combine(data + ".tls", "cert.pem"));
        return server;
    }

    /// <summary>A connection pool that believes the server's certificate; HTTP/1.1, as a WebSocket wants it.</summary>
    public SocketsHttpHandler CreateHandler()
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(_roots);
        return new()
        {
            SslOptions = new SslClientAuthenticationOptions { TargetHost = Url.Host, CertificateChainPolicy = policy },
            AutomaticDecompression = DecompressionMethods.None,
        };
    }

    private static int Serve(string[] arguments) =>
        Assembly.Load("connect-server").EntryPoint!.Invoke(null, [arguments]) is int code ? code : 0;

    [GeneratedRegex(@"^Connect is ready at (?<url>https://[^\s,]+)", RegexOptions.Multiline)]
    private static partial Regex ReadyLine();

    /// <summary>Takes what the server says on its standard output.</summary>
    private sealed class ReadyWriter : TextWriter
    {
        private readonly TaskCompletionSource<Uri> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly StringBuilder _said = new();

        public Task<Uri> Ready => _ready.Task;

        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value)
        {
            lock (_said)
            {
                _said.Append(value);
                if (value == '\n' && ReadyLine().Match(_said.ToString()) is { Success: true } line)
                {
                    _ready.TrySetResult(new(line.Groups["url"].Value));
                }
            }
        }
    }
}
