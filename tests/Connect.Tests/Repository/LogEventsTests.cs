using System.Globalization;
using System.Text.RegularExpressions;
using Xunit;

namespace Connect.Tests.Repository;

/// <summary>An operator finds a log line by its number, so a number means one thing in the whole product.</summary>
public sealed partial class LogEventsTests
{
    /// <summary>An event keeps its number when its code moves to another project: operators look for it.</summary>
    private static readonly Dictionary<string, (int From, int To)[]> Ranges = new()
    {
        ["Connect.Gateway"] = [(1000, 1199)],
        ["Connect.Doors"] = [(1020, 1020), (1200, 1399)],
        ["Connect.Http"] = [(1400, 1799), (1850, 1899)],
        ["Connect.Accounts"] = [(1800, 1849)],
        ["Connect.Conversations"] = [(2000, 2099), (1005, 1005), (1021, 1021)],
        ["Connect.Delivery"] = [(2100, 2999), (1013, 1015)],
        ["Connect.Storage"] = [(3000, 3999)],
        ["Connect.Server"] = [(4000, 4999)],
        ["Connect.Client"] = [(5000, 5999)],
    };

    private static readonly List<(string Project, string File, int Id)> Events = (
        from file in RepositoryFiles.CSharp()
        let relative = RepositoryFiles.Relative(file)
        where relative.StartsWith("src/", StringComparison.Ordinal)
        from Match match in LoggerMessage().Matches(File.ReadAllText(file))
        let id = EventId().Match(match.Groups["arguments"].Value).Groups["id"].Value
        select (relative.Split('/')[1], relative, id.Length == 0 ? 0 : int.Parse(id, CultureInfo.InvariantCulture))
    ).ToList();

    /// <summary>Counted plainly, so that one which the pattern below cannot read does not pass unseen.</summary>
    private static readonly int Attributes = RepositoryFiles
        .CSharp()
        .Where(f => RepositoryFiles.Relative(f).StartsWith("src/", StringComparison.Ordinal))
        .Sum(f => File.ReadAllText(f).Split("[LoggerMessage(").Length - 1);

    [Fact]
    public void Every_event_id_is_given_once()
    {
        Assert.NotEmpty(Events);
        Assert.Equal(Attributes, Events.Count);
        Violations.None(
            Events
                .GroupBy(e => e.Id)
                .Where(g => g.Count() > 1 || g.Key == 0)
                .Select(g => $"{g.Key}: {string.Join(", ", g.Select(e => e.File))}"),
            "Event ids that are missing (0) or used twice"
        );
    }

    [Fact]
    public void Every_event_id_lies_in_the_range_of_its_project() =>
        Violations.None(
            Events
                .Where(e =>
                    !Ranges.TryGetValue(e.Project, out var ranges)
                    || !ranges.Any(range => e.Id >= range.From && e.Id <= range.To)
                )
                .Select(e => $"{e.File}: {e.Id}"),
            "Event ids outside the range of their project"
        );

    [GeneratedRegex(@"\[LoggerMessage\((?<arguments>[^\]]*)\)\]")]
    private static partial Regex LoggerMessage();

    [GeneratedRegex(@"(?:EventId\s*=\s*|^\s*)(?<id>\d+)")]
    private static partial Regex EventId();
}
