using System.Diagnostics;
using Connect.Cluster.Tests.Processes;
using Xunit;

namespace Connect.Cluster.Tests.Http;

/// <summary>
/// A generator that is not ours takes the OpenAPI document of a running server, and what it makes of it compiles.
/// </summary>
public sealed class OpenApiGeneratorTests(InMemoryServer shared) : IClassFixture<InMemoryServer>
{
    private static readonly string Tools = Path.Combine(ServerPrograms.Root, "tests", "openapi");

    [Fact]
    public async Task A_linter_finds_nothing_and_generated_TypeScript_compiles()
    {
        Assert.True(
            Directory.Exists(Path.Combine(Tools, "node_modules", "typescript")),
            "Install the packages first: npm ci --prefix tests/openapi"
        );
        using var client = shared.Server.CreateClient();
        var folder = Directory.CreateTempSubdirectory("connect-openapi-");
        var document = Path.Combine(folder.FullName, "v1.json");
        var cancellation = TestContext.Current.CancellationToken;
        await File.WriteAllTextAsync(
            document,
            await client.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative), cancellation),
            cancellation
        );

        var types = Path.Combine(folder.FullName, "types.ts");
        await RunAsync("node", "check.mjs", document, types);
        Assert.Contains("/v1/conversations/{id}/messages", await File.ReadAllTextAsync(types, cancellation));

        var use = Path.Combine(folder.FullName, "use.ts");
        File.Copy(Path.Combine(Tools, "use.ts"), use);
        await CompileAsync(use);

        // The compiler does look at the generated types: what they forbid, it refuses.
        await File.AppendAllTextAsync(use, "sent.seq = \"1\";\n", cancellation);
        var exception = await Assert.ThrowsAnyAsync<Xunit.Sdk.XunitException>(() => CompileAsync(use));
        Assert.Contains("TS2322", exception.Message, StringComparison.Ordinal);
        folder.Delete(recursive: true);
    }

    private static Task CompileAsync(string file) =>
        RunAsync(
            "node",
            "node_modules/typescript/bin/tsc",
            "--strict",
            "--noEmit",
            "--skipLibCheck",
            "--lib",
            "es2022",
            "--target",
            "es2022",
            "--module",
            "esnext",
            "--moduleResolution",
            "bundler",
            file
        );

    private static async Task RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = Tools };
        var (code, said) = await ProgramRun.RunAsync(start, "", TimeSpan.FromMinutes(2));
        Assert.True(code == 0, $"{string.Join(' ', arguments)}: {code}\n{said}");
    }
}
