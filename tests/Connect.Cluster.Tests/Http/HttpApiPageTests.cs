using System.Diagnostics;
using System.Text.Json;
using Connect.Cluster.Tests.Processes;
using Xunit;

namespace Connect.Cluster.Tests.Http;

/// <summary>What docs/http-api.md shows is what happens.</summary>
public sealed class HttpApiPageTests(InMemoryServer shared) : IClassFixture<InMemoryServer>
{
    [Fact]
    public async Task Every_command_of_the_page_runs_and_is_answered_as_shown()
    {
        var page = CommandPage.Read(await ReadAsync());
        Assert.True(page.Steps.Count(each => each.Status is not null) >= 15, "The page has lost its examples.");
        var folder = Directory.CreateTempSubdirectory("connect-page-");
        // Read by every curl: the page need not say it each time.
        await File.WriteAllTextAsync(
            Path.Combine(folder.FullName, ".curlrc"),
            "silent\nshow-error\nmax-time = 20\nwrite-out = \"\\n%{http_code}\"\n",
            TestContext.Current.CancellationToken
        );
        foreach (var step in page.Steps)
        {
            await RunAsync(step, folder.FullName);
        }

        folder.Delete(recursive: true);
    }

    private async Task RunAsync(CommandPage.Step step, string folder)
    {
        var commands = step
            .Commands.Replace("https://localhost:8443", shared.Server.Url.GetLeftPart(UriPartial.Authority))
            .Replace("data.tls/cert.pem", shared.Server.CertificateFile);
        // What one block sets the next ones use, as in a terminal.
        var script = $"set -euo pipefail; set -a; [ ! -f vars ] || . ./vars\n{commands}\nexport -p > vars\n";
        var start = new ProcessStartInfo("bash", ["-c", script]) { WorkingDirectory = folder };
        start.Environment["CURL_HOME"] = folder;
        var (code, said) = await ProgramRun.RunAsync(start, "", TimeSpan.FromSeconds(30));
        Assert.True(code == 0, $"{step.Commands}\n{said}");
        if (step.Status is not { } status)
        {
            return;
        }

        var end = said.LastIndexOf('\n');
        var (body, found) = (said[..end], said[(end + 1)..]);
        Assert.True(found == $"{status}", $"{step.Commands}\nThe page says {status}, the server: {found}\n{body}");
        var (expected, actual) = (CommandPage.Normalize(step.Json), CommandPage.Normalize(body));
        Assert.True(expected == actual, $"{step.Commands}\nThe page says\n{expected}\nthe server\n{actual}");
        foreach (var (field, name) in step.Keep)
        {
            var value = JsonDocument.Parse(body).RootElement.GetProperty(field).GetString();
            await File.AppendAllTextAsync(
                Path.Combine(folder, "vars"),
                $"declare -x {name}=\"{value}\"\n",
                TestContext.Current.CancellationToken
            );
        }
    }

    private static Task<string> ReadAsync() =>
        File.ReadAllTextAsync(
            Path.Combine(ServerPrograms.Root, "docs", "http-api.md"),
            TestContext.Current.CancellationToken
        );
}
