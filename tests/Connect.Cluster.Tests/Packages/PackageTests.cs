using System.Diagnostics;
using System.IO.Compression;
using System.Xml.Linq;
using Connect.Cluster.Tests.Processes;
using Xunit;

namespace Connect.Cluster.Tests.Packages;

/// <summary>What a package brings to somebody who knows nothing but the package.</summary>
public sealed class PackageTests : IDisposable
{
    private readonly DirectoryInfo _output = Directory.CreateTempSubdirectory("connect-packages-");

    public void Dispose() => _output.Delete(recursive: true);

    [Theory]
    [InlineData("Connect.Client")]
    [InlineData("Connect.Protocol")]
    public async Task A_package_has_a_readme_a_license_documentation_and_symbols(string project)
    {
        await PackAsync(project);

        using var package = Open(project, "*.nupkg");
        var names = package.Entries.Select(entry => entry.FullName).ToHashSet();
        Assert.Contains($"lib/net10.0/{project}.dll", names);
        Assert.Contains($"lib/net10.0/{project}.xml", names);
        Assert.Contains("README.md", names);

        var metadata = Metadata(package, project);
        Assert.Equal(project, metadata["id"]);
        Assert.Equal("Apache-2.0", metadata["license"]);
        Assert.Equal("README.md", metadata["readme"]);
        Assert.True(metadata["description"].Length > 20);
        Assert.NotEmpty(metadata["tags"]);

        using var symbols = Open(project, "*.snupkg");
        Assert.Contains(symbols.Entries, entry => entry.FullName == $"lib/net10.0/{project}.pdb");
    }

    private async Task PackAsync(string project)
    {
        var configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = ServerPrograms.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList =
            {
                "pack",
                $"src/{project}",
                "--no-build",
                $"--configuration={configuration}",
                $"--output={_output.FullName}",
                "-nodeReuse:false",
            },
        };
        var (code, said) = await ProgramRun.RunAsync(start, "", TimeSpan.FromMinutes(2));
        Assert.True(code == 0, said);
    }

    private ZipArchive Open(string project, string pattern) =>
        ZipFile.OpenRead(Assert.Single(_output.GetFiles(project + pattern)).FullName);

    private static Dictionary<string, string> Metadata(ZipArchive package, string project)
    {
        using var stream = package.GetEntry(project + ".nuspec")!.Open();
        var metadata = XDocument.Load(stream).Root!.Elements().Single(element => element.Name.LocalName == "metadata");
        return metadata.Elements().ToDictionary(element => element.Name.LocalName, element => element.Value);
    }
}
