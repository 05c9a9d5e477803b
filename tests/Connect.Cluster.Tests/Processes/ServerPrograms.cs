using System.Diagnostics;
using Xunit;

namespace Connect.Cluster.Tests.Processes;

/// <summary>
/// Where the server programs are: the one that ships, and the one in which a test may kill at a place.
/// </summary>
internal static class ServerPrograms
{
    private static readonly Lazy<Task<string>> FaultServer = new(BuildFaultServerAsync);

    /// <summary>The root of the repository.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The server of the same build as these tests.</summary>
    public static string Plain { get; } =
        Path.GetFullPath(
            Path.Combine(
                AppContext.BaseDirectory,
                "..",
                "..",
                "Connect.Server",
                Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)),
                "connect-server"
            )
        );

    /// <summary>The server with fault points: named by CONNECT_FAULT_SERVER, else built once.</summary>
    public static Task<string> WithFaultPointsAsync() => FaultServer.Value;

    private static async Task<string> BuildFaultServerAsync()
    {
        if (Environment.GetEnvironmentVariable("CONNECT_FAULT_SERVER") is { Length: > 0 } built)
        {
            Assert.True(File.Exists(built), $"CONNECT_FAULT_SERVER names {built}, which does not exist.");
            return built;
        }

        var output = Path.Combine(Root, "artifacts", "faults");
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList =
            {
                "build",
                "src/Connect.Server",
                "--configuration=Release",
                "--artifacts-path=" + output,
                "-p:FaultPoints=true",
                "-nodeReuse:false",
            },
        };
        var (code, said) = await ProgramRun.RunAsync(start, "", TimeSpan.FromMinutes(5));
        Assert.True(code == 0, said);
        return Path.Combine(output, "bin", "Connect.Server", "release", "connect-server");
    }

    private static string FindRoot()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(at.FullName, "Connect.slnx")))
        {
            at = at.Parent ?? throw new InvalidOperationException("No Connect.slnx above the tests.");
        }

        return at.FullName;
    }
}
