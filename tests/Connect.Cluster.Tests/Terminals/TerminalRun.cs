using System.Diagnostics;
using Connect.Cluster.Tests.Processes;
using Xunit;

namespace Connect.Cluster.Tests.Terminals;

/// <summary>A server of its own, users logged in on this machine, and terminals.</summary>
internal sealed class TerminalRun : IAsyncDisposable
{
    private static readonly TimeSpan ToolLimit = TimeSpan.FromSeconds(60);

    private TerminalRun(ServerProcess server) => Server = server;

    public ServerProcess Server { get; }

    public Tmux Terminals { get; } = new();

    public static Task<TerminalRun> StartAsync(CancellationToken cancellationToken, params string[] users) =>
        StartAsync([], cancellationToken, users);

    /// <summary>Starts the server with settings of the test.</summary>
    public static async Task<TerminalRun> StartAsync(
        string[] settings,
        CancellationToken cancellationToken,
        params string[] users
    )
    {
        var run = new TerminalRun(await ServerProcess.StartAsync(cancellationToken, settings));
        try
        {
            var environment = run.Terminals.Environment;
            environment["CONNECT_STATE"] = Path.Combine(run.Server.Folder, "cli");
            environment["CONNECT_URL"] = run.Server.Url.AbsoluteUri;
            environment["CONNECT_CA"] = run.Server.CertificateFile;
            environment["CONNECT_PASSWORD"] = TestUser.Password;
            foreach (var user in users)
            {
                await run.ToolAsync("register", user);
            }

            return run;
        }
        catch
        {
            await run.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs the tool as a script does.</summary>
    public async Task<string> ToolAsync(params string[] words) => await ToolAsync("", words);

    /// <summary>Runs the tool as a script does, with this input.</summary>
    public async Task<string> ToolAsync(string input, string[] words)
    {
        var start = new ProcessStartInfo(Tmux.Client);
        foreach (var word in words)
        {
            start.ArgumentList.Add(word);
        }

        foreach (var (name, value) in Terminals.Environment)
        {
            start.Environment[name] = value;
        }

        var (code, said) = await ProgramRun.RunAsync(start, input, ToolLimit);
        Assert.True(code == 0, $"connect {string.Join(' ', words)}: {code}\n{said}");
        return said;
    }

    public async ValueTask DisposeAsync()
    {
        await Terminals.DisposeAsync();
        await Server.DisposeAsync();
    }
}
