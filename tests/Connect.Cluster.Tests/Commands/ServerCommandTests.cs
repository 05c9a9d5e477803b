using System.Net;
using System.Net.Sockets;
using Connect.Server.Commands;
using Xunit;

namespace Connect.Cluster.Tests.Commands;

/// <summary>The command line of the server, without a server.</summary>
public sealed class ServerCommandTests
{
    [Theory]
    [InlineData("config", "check")]
    [InlineData("config", "check", "--Data=:memory:")]
    [InlineData("--Data", "./elsewhere", "config", "check", "--MaxConnections=7")]
    [InlineData("--help")]
    [InlineData("--version")]
    [InlineData("config", "--help")]
    public async Task What_is_right_ends_with_0(params string[] arguments)
    {
        var (code, said, errors) = await RunAsync(arguments);
        Assert.Equal((0, ""), (code, errors));
        Assert.NotEmpty(said);
    }

    [Theory]
    [InlineData("Setting MaxConnections: expected 1 to 10000000. Found: 0", "config", "check", "--MaxConnections=0")]
    [InlineData("Setting MaxConnections: expected 1 to 10000000. Found: 0", "config", "check", "--maxconnections", "0")]
    [InlineData("Setting Dato: there is no such setting. Did you mean Data?", "config", "check", "--Dato=x")]
    [InlineData("Setting Dato: there is no such setting. Did you mean Data?", "--Dato=x")]
    [InlineData("serve", "serve")]
    [InlineData("--rate: 1 to 10000.", "backup", "folder", "--rate", "10001")]
    [InlineData("--rate: 1 to 10000.", "backup", "folder", "--rate", "0")]
    [InlineData("--quiet", "--quiet")]
    [InlineData("--quiet", "config", "check", "--quiet")]
    public async Task What_is_wrong_is_named_and_ends_with_2(string named, params string[] arguments)
    {
        var (code, _, errors) = await RunAsync(arguments);
        Assert.Equal(ServerExitCode.NotAllowed, code);
        Assert.Contains(named, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_is_taken_is_told_in_one_line()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var address = $"https://{taken.LocalEndpoint}";

        var (code, _, errors) = await RunAsync(["--Data=:memory:", $"--Listen={address}", "--Log:Level=None"]);

        Assert.Equal(ServerExitCode.Failed, code);
        var line = Assert.Single(errors.TrimEnd().Split('\n'));
        Assert.StartsWith("Setting Listen:", line, StringComparison.Ordinal);
        Assert.Contains(address, line, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Said, string Errors)> RunAsync(string[] arguments)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var code = await ServerCommand.RunAsync(arguments, output, errors);
        return (code, output.ToString(), errors.ToString());
    }
}
