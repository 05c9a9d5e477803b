using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Xunit;

namespace Connect.Tests.Repository;

/// <summary>The folders of each project form the layers that the table in docs/architecture.md writes down.</summary>
public sealed class FolderLayersTests
{
    /// <summary>The folder of all build outputs, and the configuration of this build.</summary>
    private static readonly string Artifacts = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../.."));
    private static readonly string Configuration = Path.GetFileName(
        Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)
    );

    private static readonly List<PortableExecutableReference> Assemblies =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(file => Path.GetFileNameWithoutExtension(file) != "Connect.Tests")
            .Select(file => MetadataReference.CreateFromFile(file)),
    ];

    private static readonly Dictionary<string, FolderLayers> Layers = RepositoryFiles
        .Table(RepositoryFiles.Read("docs/architecture.md"), "project", "folders from the top down")
        .ToDictionary(row => row[0], row => new FolderLayers(row[1]));

    public static TheoryData<string> Projects =>
        [.. RepositoryFiles.ShippedProjects().Select(file => Path.GetFileNameWithoutExtension(file)!)];

    [Fact]
    public void Every_project_has_its_row_and_no_row_is_left_over() =>
        Assert.Equal(Projects.Select(row => row.Data).Order(), Layers.Keys.Order());

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_row_names_every_folder_of_its_project_and_no_other(string project)
    {
        var folders = SourcesOf(project).Keys.Select(FolderReferences.FolderOf).Distinct();
        Assert.Equal(folders.Order(), Layers[project].Folders.Order());
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void No_folder_refers_upward(string project)
    {
        var path = FolderOf(project);
        var references = new FolderReferences(SourcesOf(project), GeneratedFor(project), References(project));
        Violations.None(
            references
                .Found.Where(reference => !Layers[project].Allows(reference))
                .Select(reference => $"{path}/{reference}"),
            "Names of a folder above, or beside on the same level (docs/architecture.md)"
        );
        Violations.None(references.Unresolved, "Names that the compiler did not understand");
    }

    [Theory]
    [InlineData("class A { High.B? b; }", "High.B")]
    [InlineData("class A { void M() { var b = new X.High.B(); } }", "High.B")]
    [InlineData("using X.High; class A { System.Collections.Generic.List<B>? b; }", "High.B")]
    [InlineData("using X.High; class A : IFace { }", "High.IFace")]
    [InlineData("using X.High; class A { int M() => 1.Twice(); }", "High.Extensions.Twice")]
    [InlineData("using X.High; class A { int M() => 1.Half; }", "High.Extensions.Half")]
    [InlineData("using static X.High.B; class A { object M() => Inner.One; }", "High.B")]
    [InlineData("using C = X.High.B; class A { C? b; }", "High.B")]
    [InlineData("using X.High; class A { string M() => nameof(B); }", "High.B")]
    [InlineData("using X.High; [Mark] class A { }", "High.MarkAttribute")]
    [InlineData("using X.High; class A { bool M(object o) => o is B; }", "High.B")]
    [InlineData("using X.High; class A { object M() => B.Inner.One; }", "High.B")]
    [InlineData("class A { object M() => Peer.Out.None; }", "Peer.Out")]
    public void A_reference_upward_or_beside_is_found(string low, string expected)
    {
        var found = Found("Low/A.cs", $"namespace X.Low; {low}");
        Assert.Contains(found, reference => reference.ToString() == $"Low/A.cs uses {expected}");
        Assert.DoesNotContain(found, reference => Example.Allows(reference));
    }

    [Theory]
    [InlineData("Low/A.cs", "class A { /* X.High.B */ string M() => \"X.High.B\"; }")]
    [InlineData("Low/A.cs", "/// <summary><see cref=\"X.High.B\"/></summary> class A { class B { } B? b; }")]
    [InlineData("Low/A.cs", "class A { int High; int M(A a) => a.High; }")]
    public void What_only_looks_like_a_reference_is_none(string file, string text) => Assert.Empty(Found(file, text));

    [Theory]
    [InlineData("High/A.cs", "class A { X.Low.Deep.D? d; }", "Low.Deep.D")]
    [InlineData("High/A.cs", "class A { object M() => new X.Low.Deep.D().Next; }", "Low.Deep.D")]
    [InlineData("Peer/A.cs", "class A : X.Low.Deep.D { }", "Low.Deep.D")]
    [InlineData("A.cs", "class A { X.High.B? b; }", "High.B")]
    [InlineData("Low/A.cs", "namespace X { class A { E? e; } }", "Low.Deep.E")]
    public void A_reference_downward_is_found_and_allowed(string file, string text, string expected)
    {
        var found = Found(file, text);
        Assert.Contains(found, reference => reference.ToString() == $"{file} uses {expected}");
        Assert.All(found, reference => Assert.True(Example.Allows(reference), reference.ToString()));
    }

    private static readonly FolderLayers Example = new("(root) > High, Peer > `Low` > Low/Deep");

    private static IReadOnlyCollection<FolderReference> Found(string file, string text)
    {
        var sources = new Dictionary<string, string>
        {
            ["High/B.cs"] = "namespace X.High; public class B { public enum Inner { One } } public interface IFace;",
            ["High/Extensions.cs"] = """
                namespace X.High;
                public static class Extensions
                {
                    public static int Twice(this int number) => 2 * number;
                    extension(int number) { public int Half => number / 2; }
                }
                """,
            ["High/MarkAttribute.cs"] = "namespace X.High; public class MarkAttribute : System.Attribute;",
            ["Peer/Out.cs"] = "namespace X.Peer; public enum Out { None }",
            ["Low/Deep/D.cs"] = "namespace X.Low.Deep; public class D { public D? Next; }",
            // A public type that does not bear the namespace of its folder.
            ["Low/Deep/E.cs"] = "namespace X; public class E;",
            [file] = text,
        };
        var references = new FolderReferences(
            sources,
            [],
            [MetadataReference.CreateFromFile(typeof(object).Assembly.Location)]
        );
        Assert.Empty(references.Unresolved);
        return references.Found;
    }

    private static string ProjectFile(string project) =>
        RepositoryFiles.ShippedProjects().Single(file => Path.GetFileNameWithoutExtension(file) == project);

    private static string FolderOf(string project) =>
        RepositoryFiles.Relative(Path.GetDirectoryName(ProjectFile(project))!);

    /// <summary>The files of a project by their paths inside it.</summary>
    private static Dictionary<string, string> SourcesOf(string project)
    {
        var folder = FolderOf(project) + "/";
        return RepositoryFiles
            .CSharp()
            .Where(file => RepositoryFiles.Relative(file).StartsWith(folder, StringComparison.Ordinal))
            .ToDictionary(file => RepositoryFiles.Relative(file)[folder.Length..], File.ReadAllText);
    }

    /// <summary>What the build adds: the global usings, and the classes made from the schema.</summary>
    private static List<string> GeneratedFor(string project)
    {
        var folder = Path.Combine(Artifacts, "obj", project, Configuration);
        return [.. Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText)];
    }

    /// <summary>What all projects compile against; a project does not compile against itself.</summary>
    private static IEnumerable<MetadataReference> References(string project)
    {
        var own = XDocument.Load(ProjectFile(project)).Descendants("AssemblyName").SingleOrDefault()?.Value ?? project;
        return Assemblies.Where(file => Path.GetFileNameWithoutExtension(file.FilePath) != own);
    }
}
