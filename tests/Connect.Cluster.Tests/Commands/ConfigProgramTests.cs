using System.Diagnostics;
using Connect.Cluster.Tests.Processes;
using Xunit;

namespace Connect.Cluster.Tests.Commands;

/// <summary>The settings of the real program: where each comes from, and what it says of wrong ones.</summary>
public sealed class ConfigProgramTests
{
    [Fact]
    public async Task The_command_line_wins_over_the_environment_and_that_over_the_file()
    {
        var (code, said) = await RunAsync([], "config", "print");
        Assert.Equal(0, code);
        Assert.Contains("Data = ./data  [appsettings.json]\n", said, StringComparison.Ordinal);
        Assert.Contains("MaxConnections = 100000  [default]\n", said, StringComparison.Ordinal);

        (string, string)[] environment =
        [
            ("Connect__Data", "./theirs"),
            ("Connect__Gateway__DrainDeadline", "00:00:30"),
            ("Connect__Gateway__AllowedOrigins__0", "https://chat.example"),
            // Without our prefix it is not ours.
            ("Listen", "http://elsewhere"),
        ];
        (code, said) = await RunAsync(environment, "config", "print", "--Data=./mine", "--Log:Level=Debug");
        Assert.Equal(0, code);
        Assert.Contains("Data = ./mine  [command line]\n", said, StringComparison.Ordinal);
        Assert.Contains("Log:Level = Debug  [command line]\n", said, StringComparison.Ordinal);
        Assert.Contains("Gateway:DrainDeadline = 00:00:30  [environment]\n", said, StringComparison.Ordinal);
        Assert.Contains("Gateway:AllowedOrigins = https://chat.example  [environment]\n", said);
        Assert.Contains("Listen = https://localhost:8443  [appsettings.json]\n", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_that_is_wrong_is_named_and_no_secret_is_said()
    {
        (string, string)[] environment = [("Connect__Tls__PasswordFile", "hunter2"), ("Connect__Password", "hunter3")];
        var (code, said) = await RunAsync(environment, "config", "check", "--Gateway:InFlight=none");
        Assert.Equal(2, code);
        Assert.Contains("Setting Tls:PasswordFile: ", said, StringComparison.Ordinal);
        Assert.Contains("Setting Password: there is no such setting.", said, StringComparison.Ordinal);
        Assert.Contains("Setting Gateway:InFlight: expected 1 to 10000. Found: none", said, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter", said, StringComparison.Ordinal);
    }

    private static Task<(int Code, string Said)> RunAsync((string, string)[] environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(ServerProcess.Program, arguments);
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return ProgramRun.RunAsync(start, "", TimeSpan.FromSeconds(60));
    }
}
