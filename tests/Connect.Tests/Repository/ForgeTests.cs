using System.Text.RegularExpressions;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace Connect.Tests.Repository;

/// <summary>The files that a forge reads: they parse, and they call nothing but this repository's own script.</summary>
public sealed partial class ForgeTests
{
    private static readonly List<string> YamlFiles =
    [
        .. RepositoryFiles
            .All()
            .Select(RepositoryFiles.Relative)
            .Where(file => file.StartsWith(".github/", StringComparison.Ordinal) && Path.GetExtension(file) == ".yml"),
    ];

    private static readonly Dictionary<string, YamlMappingNode> Workflows = YamlFiles
        .Where(file => file.StartsWith(".github/workflows/", StringComparison.Ordinal))
        .ToDictionary(file => Path.GetFileNameWithoutExtension(file), Load);

    [Fact]
    public void The_workflows_run_every_part_of_the_tests()
    {
        Assert.Equal(["check", "nightly", "test", "web"], Workflows.Keys.Order(StringComparer.Ordinal));
        var commands = Workflows.Values.SelectMany(Steps).Select(step => Text(step, "run")).OfType<string>();
        Assert.Equal(
            ["./dev audit", "./dev check", "./dev test", "./dev test all", "./dev test web"],
            commands.Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void A_step_is_an_action_of_a_fixed_version_or_a_command_of_dev()
    {
        var script = RepositoryFiles.Read("dev");
        var commands = Commands().Match(script).Groups["names"].Value.Split('|', StringSplitOptions.TrimEntries);
        Assert.Contains("check", commands);
        foreach (var step in Workflows.Values.SelectMany(Steps))
        {
            if (Text(step, "run") is { } run)
            {
                var command = DevCommand().Match(run);
                Assert.True(command.Success, run);
                Assert.Contains(command.Groups["name"].Value, commands);
                Assert.Contains($"\n{run} ", script, StringComparison.Ordinal);
            }
            else
            {
                Assert.Matches(@"^actions/[\w-]+@v\d+$", Text(step, "uses"));
            }
        }
    }

    [Fact]
    public void A_workflow_may_only_read_and_each_job_ends()
    {
        foreach (var workflow in Workflows.Values)
        {
            Assert.NotNull(workflow["on"]);
            var permissions = Assert.Single((YamlMappingNode)workflow["permissions"]);
            Assert.Equal(("contents", "read"), (permissions.Key.ToString(), permissions.Value.ToString()));
            foreach (var job in Jobs(workflow))
            {
                Assert.Equal("ubuntu-latest", Text(job, "runs-on"));
                Assert.InRange(int.Parse(Text(job, "timeout-minutes")!, null), 5, 180);
            }
        }
    }

    [Fact]
    public void Every_field_of_an_issue_form_has_a_label_and_an_id_of_its_own()
    {
        var forms = YamlFiles
            .Where(file => file.StartsWith(".github/ISSUE_TEMPLATE/", StringComparison.Ordinal))
            .Where(file => !file.EndsWith("/config.yml", StringComparison.Ordinal))
            .ToList();
        Assert.Equal(2, forms.Count);
        string[] kinds = ["input", "textarea", "dropdown", "checkboxes"];
        foreach (var form in forms.Select(Load))
        {
            Assert.NotNull(Text(form, "name"));
            Assert.NotNull(Text(form, "description"));
            var fields = ((YamlSequenceNode)form["body"])
                .Cast<YamlMappingNode>()
                .Where(f => Text(f, "type") != "markdown");
            var ids = fields.Select(field => Text(field, "id")).ToList();
            Assert.NotEmpty(ids);
            Assert.Equal(ids.Count, ids.OfType<string>().Distinct().Count());
            Assert.All(fields, field => Assert.Contains(Text(field, "type"), kinds));
            Assert.All(fields, field => Assert.NotNull(Text((YamlMappingNode)field["attributes"], "label")));
        }
    }

    [Fact]
    public void Every_manifest_of_packages_is_kept_up_to_date()
    {
        var updates = ((YamlSequenceNode)Load(".github/dependabot.yml")["updates"]).Cast<YamlMappingNode>();
        var covered = updates.Select(update => $"{Text(update, "package-ecosystem")} {Text(update, "directory")}");
        var npm = RepositoryFiles
            .All()
            .Where(file => Path.GetFileName(file) == "package-lock.json")
            .Select(file => "npm /" + Path.GetDirectoryName(RepositoryFiles.Relative(file)));
        Assert.Equal(
            npm.Concat(["github-actions /", "nuget /"]).Order(StringComparer.Ordinal),
            covered.Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void Every_path_with_owners_exists()
    {
        var lines = RepositoryFiles
            .Read(".github/CODEOWNERS")
            .Split('\n')
            .Where(line => line.Length > 0 && line[0] != '#');
        var rules = lines.Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToList();
        Assert.Equal("*", rules[0][0]);
        Assert.All(
            rules,
            rule => Assert.All(rule.Skip(1), owner => Assert.StartsWith("@", owner, StringComparison.Ordinal))
        );
        Assert.All(rules, rule => Assert.True(rule.Length > 1, rule[0]));
        Violations.None(
            rules
                .Skip(1)
                .Select(rule => rule[0].Trim('/'))
                .Where(path => !Path.Exists(Path.Combine(RepositoryFiles.Root, path))),
            "Paths in CODEOWNERS that do not exist"
        );
    }

    private static YamlMappingNode Load(string file)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(RepositoryFiles.Read(file)));
        return (YamlMappingNode)Assert.Single(yaml.Documents).RootNode;
    }

    private static IEnumerable<YamlMappingNode> Jobs(YamlMappingNode workflow) =>
        ((YamlMappingNode)workflow["jobs"]).Children.Values.Cast<YamlMappingNode>();

    private static IEnumerable<YamlMappingNode> Steps(YamlMappingNode workflow) =>
        Jobs(workflow).SelectMany(job => ((YamlSequenceNode)job["steps"]).Cast<YamlMappingNode>());

    private static string? Text(YamlMappingNode node, string key) =>
        node.Children.TryGetValue(key, out var value) ? ((YamlScalarNode)value).Value : null;

    [GeneratedRegex(@"^  (?<names>up \| .*)\) ""cmd_\$command""", RegexOptions.Multiline)]
    private static partial Regex Commands();

    [GeneratedRegex(@"^\./dev (?<name>[a-z]+)(?: [a-z]+)?$")]
    private static partial Regex DevCommand();
}
