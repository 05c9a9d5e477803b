using System.Diagnostics;
using System.Text.Json;
using Connect.Cluster.Tests.Processes;
using Connect.LoadGen.Servers;
using Xunit;

namespace Connect.Cluster.Tests.Clients;

/// <summary>A client in another language, written from the page of the protocol alone, chats with the server.</summary>
public sealed class PythonClientTests
{
    private const int Messages = 20;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Two_clients_in_Python_chat_with_each_other()
    {
        await using var server = new ThrowAwayServer(ServerPrograms.Plain);
        await server.StartAsync(TestContext.Current.CancellationToken);

        // Each must exist before the other can write to it.
        foreach (var user in new[] { "ann", "ben" })
        {
            var (code, said) = await ProgramRun.RunAsync(Client(server, user), "", Limit);
            Assert.True(code == 0, said);
        }

        var answers = await Task.WhenAll(
            ProgramRun.RunAsync(Client(server, "ann", "ben"), "", Limit),
            ProgramRun.RunAsync(Client(server, "ben", "ann"), "", Limit)
        );

        foreach (var ((code, said), other) in answers.Zip(["ben", "ann"]))
        {
            Assert.True(code == 0, said + server.LastLines());
            var texts = said.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonSerializer.Deserialize<JsonElement>(line).GetProperty("text").GetString());
            Assert.Equal(Enumerable.Range(0, Messages).Select(n => $"{other} {n}"), texts);
        }
    }

    private static ProcessStartInfo Client(ThrowAwayServer server, string user, string? peer = null)
    {
        var start = new ProcessStartInfo("/usr/bin/python3")
        {
            ArgumentList =
            {
                Path.Combine(ServerPrograms.Root, "tests", "python", "chat_client.py"),
                "--url=" + server.Url.GetLeftPart(UriPartial.Authority),
                "--ca=" + server.CertificateFile,
                "--user=" + user,
                "--password=a-password-of-" + user,
                "--register",
                "--timeout=60",
            },
        };
        if (peer is not null)
        {
            start.ArgumentList.Add("--send-to=" + peer);
            start.ArgumentList.Add($"--text={user} {{}}");
            start.ArgumentList.Add($"--count={Messages}");
            start.ArgumentList.Add($"--expect={Messages}");
        }

        return start;
    }
}
