using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Connect.Cluster.Tests.Processes;
using Xunit;

namespace Connect.Cluster.Tests.Abuse;

/// <summary>
/// What one member who means no good may cost the others, with default limits: refused with a number, and within the
/// bounds of docs/cost.md. How long the others waited meanwhile is printed and judged by nobody.
/// </summary>
public sealed partial class AbuseTests(AbuseServer abuse, ITestOutputHelper output) : IClassFixture<AbuseServer>
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);
    private static readonly string Folder = Path.Combine(ServerPrograms.Root, "tests", "abuse");

    /// <summary>All that are written down, so that none is forgotten here.</summary>
    public static TheoryData<string> Cases =>
        [
            .. CaseName()
                .Matches(File.ReadAllText(Path.Combine(Folder, "cases.py")))
                .Select(match => match.Groups[1].Value),
        ];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Nobody_costs_the_others_more_than_the_bounds_say(string name)
    {
        var start = new ProcessStartInfo("/usr/bin/python3")
        {
            ArgumentList =
            {
                "-B",
                Path.Combine(Folder, "run.py"),
                "--url=" + abuse.Server.Url.GetLeftPart(UriPartial.Authority),
                "--ca=" + abuse.Server.CertificateFile,
                "--pid=" + abuse.Server.ProcessId.ToString(CultureInfo.InvariantCulture),
                name,
            },
        };
        var (code, said) = await ProgramRun.RunAsync(start, "", Limit);

        // A run that passes shows what it measured, too.
        Console.WriteLine($"{name}: {said.TrimEnd()}");
        output.WriteLine(said);
        Assert.True(code == 0, said);
    }

    [GeneratedRegex(@"^async def (\w+)\(server, tag, scale\)", RegexOptions.Multiline)]
    private static partial Regex CaseName();
}
