using System.Net;
using System.Net.Sockets;
using Connect.Cluster.Tests.Terminals;
using Xunit;

namespace Connect.Cluster.Tests.Quickstart;

/// <summary>What the README says works, typed as it stands there.</summary>
public sealed class QuickstartTests
{
    private const string ReadmeUrl = "https://localhost:8443";
    private const string ReadmeCertificate = "data.tls/cert.pem";

    [Fact]
    public async Task The_lines_of_the_README_let_two_terminals_chat()
    {
        var folder = Directory.CreateTempSubdirectory("connect-quickstart-").FullName;
        var port = FreePort();
        var environment = new Dictionary<string, string>
        {
            ["CONNECT_DATA"] = Path.Combine(folder, "data"),
            ["CONNECT_PORT"] = $"{port}",
            ["CONNECT_STATE"] = Path.Combine(folder, "state"),
            ["CONNECT_PASSWORD"] = "correct horse battery staple",
        };
        string Here(string line) =>
            line.Replace(ReadmeUrl, $"https://localhost:{port}", StringComparison.Ordinal)
                .Replace(ReadmeCertificate, Path.Combine(folder, ReadmeCertificate), StringComparison.Ordinal);

        await using var server = LineProgram.Start("./dev up", environment);
        await server.SeeAsync("Ctrl-C stops the server");
        var register = Readme.Block("<!-- quickstart: register -->");
        Assert.Equal(2, register.Length);
        Assert.All(register, line => Assert.Contains(Here(line), server.Said(), StringComparison.Ordinal));
        foreach (var line in register)
        {
            await using var program = LineProgram.Start(Here(line), environment);
            Assert.True(await program.EndAsync() == 0, program.Said());
        }

        var chat = Readme.Block("<!-- quickstart: chat -->");
        Assert.Equal(2, chat.Length);
        await using var alice = LineProgram.Start(Here(chat[0]), environment);
        await using var bob = LineProgram.Start(Here(chat[1]), environment);
        await alice.TypeAsync("Is anybody there?");
        await alice.SeeAsync("sent #");
        Assert.Contains("alice", await bob.SeeAsync("Is anybody there?"), StringComparison.Ordinal);
        await bob.TypeAsync("I am.");
        Assert.Contains("bob", await alice.SeeAsync("I am."), StringComparison.Ordinal);
        Assert.True(await alice.EndAsync() == 0, alice.Said());
        Assert.True(await bob.EndAsync() == 0, bob.Said());

        foreach (var line in Readme.Block("<!-- quickstart: group -->"))
        {
            await using var program = LineProgram.Start(Here(line), environment);
            Assert.True(await program.EndAsync() == 0, program.Said());
        }

        await ShowAsync(Readme.Block("<!-- quickstart: screens -->"), environment);
        server.PressCtrlC();
        Assert.True(await server.EndAsync() == 0, server.Said());
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Two real terminals: presence, typing, and ticks that turn to read.</summary>
    private static async Task ShowAsync(string[] screens, Dictionary<string, string> environment)
    {
        Assert.Equal(2, screens.Length);
        await using var terminals = new Tmux();
        foreach (var (name, value) in environment)
        {
            terminals.Environment[name] = value;
        }

        await terminals.StartAsync("a", 90, 24, screens[0]);
        await terminals.StartAsync("b", 90, 24, screens[1]);
        await terminals.SeeAsync("a", "bob ●");
        await terminals.SeeAsync("b", "alice ●");
        foreach (var name in new[] { "a", "b" })
        {
            // The newest is on top: the group that was made last.
            await terminals.SeeAsync(name, "Weekend");
            await terminals.PressAsync(name, "Home", "Enter");
            await terminals.SeeAsync(name, "Weekend · 2 members");
        }

        await terminals.TypeAsync("a", "Who brings the tent?");
        await terminals.SeeAsync("b", "alice is typing …");
        await terminals.PressAsync("a", "Enter");
        await terminals.SeeAsync("b", "Who brings the tent?");
        await terminals.SeeAsync("a", "✓✓ read");
        foreach (var name in new[] { "a", "b" })
        {
            await terminals.PressAsync(name, "C-q");
            await terminals.GoneAsync(name);
        }
    }

    private static int FreePort()
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }
}
