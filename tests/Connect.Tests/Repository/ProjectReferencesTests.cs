using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;
using Xunit;

namespace Connect.Tests.Repository;

/// <summary>Arrows between projects point one way, as the table in docs/architecture.md says.</summary>
public sealed class ProjectReferencesTests
{
    private static readonly Dictionary<string, HashSet<string>> Allowed = RepositoryFiles
        .Table(RepositoryFiles.Read("docs/architecture.md"), "project", "may refer to")
        .ToDictionary(
            row => row[0],
            row => row[1].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).ToHashSet()
        );

    [Fact]
    public void Every_project_of_src_and_bench_has_its_row_and_no_row_is_left_over()
    {
        var projects = RepositoryFiles.ShippedProjects().Select(f => Path.GetFileNameWithoutExtension(f)).Order();
        Assert.Equal(projects, Allowed.Keys.Order());
    }

    [Fact]
    public void A_project_refers_to_exactly_what_its_row_allows()
    {
        foreach (var file in RepositoryFiles.ShippedProjects())
        {
            var references = XDocument
                .Load(file)
                .Descendants("ProjectReference")
                .Select(r => Path.GetFileNameWithoutExtension((string)r.Attribute("Include")!));
            Assert.Equal(Allowed[Path.GetFileNameWithoutExtension(file)].Order(), references.Order());
        }
    }

    [Fact]
    public void A_built_assembly_refers_to_nothing_of_ours_but_what_its_row_reaches()
    {
        var assemblies = Directory
            .EnumerateFiles(AppContext.BaseDirectory, "Connect.*.dll")
            .Where(f => Allowed.ContainsKey(Path.GetFileNameWithoutExtension(f)))
            .ToList();
        Assert.Contains(assemblies, f => f.EndsWith("Connect.Gateway.dll", StringComparison.Ordinal));

        Violations.None(
            from file in assemblies
            let name = Path.GetFileNameWithoutExtension(file)
            from reference in ReferencesOf(file)
            where reference.StartsWith("Connect.", StringComparison.Ordinal) && !Reachable(name).Contains(reference)
            select $"{name} → {reference}",
            "References that docs/architecture.md does not allow"
        );
    }

    [Theory]
    [InlineData("Connect.Client", "Microsoft.Orleans")]
    [InlineData("Connect.Client", "Microsoft.AspNetCore")]
    [InlineData("Connect.Protocol", "Microsoft.Orleans")]
    [InlineData("Connect.Protocol", "Microsoft.AspNetCore")]
    [InlineData("Connect.Contracts", "Microsoft.AspNetCore")]
    [InlineData("Connect.Conversations", "RocksDb")]
    [InlineData("Connect.Conversations", "Microsoft.AspNetCore")]
    [InlineData("Connect.Delivery", "RocksDb")]
    [InlineData("Connect.Delivery", "Microsoft.AspNetCore")]
    [InlineData("Connect.Accounts", "RocksDb")]
    [InlineData("Connect.Accounts", "Microsoft.Orleans")]
    [InlineData("Connect.Doors", "RocksDb")]
    [InlineData("Connect.Gateway", "RocksDb")]
    [InlineData("Connect.Gateway", "Microsoft.Orleans")]
    [InlineData("Connect.Http", "RocksDb")]
    [InlineData("Connect.Http", "Microsoft.Orleans")]
    public void An_assembly_stays_clear_of_a_foreign_layer(string assembly, string forbidden)
    {
        var references = ReferencesOf(Path.Combine(AppContext.BaseDirectory, assembly + ".dll"));
        Assert.DoesNotContain(references, r => r.StartsWith(forbidden, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void Every_project_is_in_the_solution_and_has_a_lock_file()
    {
        var solution = RepositoryFiles.Read("Connect.slnx");
        var projects = RepositoryFiles.Projects().ToList();
        Assert.NotEmpty(projects);
        Violations.None(
            projects
                .Select(RepositoryFiles.Relative)
                .Where(p => !solution.Contains($"\"{p}\"", StringComparison.Ordinal)),
            "Projects that are not in Connect.slnx"
        );
        Violations.None(
            projects.Where(p => !File.Exists(Path.Combine(Path.GetDirectoryName(p)!, "packages.lock.json"))),
            "Projects without packages.lock.json"
        );
    }

    private static HashSet<string> Reachable(string project)
    {
        var reached = new HashSet<string>();
        var open = new Queue<string>(Allowed[project]);
        while (open.TryDequeue(out var next))
        {
            if (reached.Add(next))
            {
                foreach (var further in Allowed[next])
                {
                    open.Enqueue(further);
                }
            }
        }

        return reached;
    }

    private static List<string> ReferencesOf(string file)
    {
        using var stream = File.OpenRead(file);
        using var image = new PEReader(stream);
        var metadata = image.GetMetadataReader();
        return metadata
            .AssemblyReferences.Select(h => metadata.GetString(metadata.GetAssemblyReference(h).Name))
            .ToList();
    }
}
