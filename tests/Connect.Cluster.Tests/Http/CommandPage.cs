using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Connect.Cluster.Tests.Http;

/// <summary>
/// A page of commands and their answers: <c>sh</c> blocks, each perhaps followed by a line that begins with
/// <c>Answer STATUS</c>, may say "keep `field` as `$NAME`", and ends with a colon when a <c>json</c> block follows.
/// </summary>
internal sealed partial class CommandPage
{
    private CommandPage(IReadOnlyList<Step> steps) => Steps = steps;

    public IReadOnlyList<Step> Steps { get; }

    public static CommandPage Read(string markdown)
    {
        var steps = new List<Step>();
        foreach (Match match in Block().Matches(markdown))
        {
            var answer = match.Groups["answer"];
            var keep = Keep()
                .Matches(answer.Value)
                .Select(each => (each.Groups["field"].Value, each.Groups["name"].Value));
            steps.Add(
                new(
                    match.Groups["commands"].Value,
                    answer.Success ? int.Parse(match.Groups["status"].Value, CultureInfo.InvariantCulture) : null,
                    match.Groups["json"].Success ? match.Groups["json"].Value : "",
                    [.. keep]
                )
            );
        }

        return new(steps);
    }

    /// <summary>The JSON with what differs each time replaced by its kind.</summary>
    public static string Normalize(string json)
    {
        if (json.Trim().Length == 0)
        {
            return "";
        }

        var node = JsonNode.Parse(json)!;
        return Normalize(node)!.ToJsonString();
    }

    private static JsonNode? Normalize(JsonNode? node) =>
        node switch
        {
            JsonObject all => new JsonObject(all.Select(each => KeyValuePair.Create(each.Key, Normalize(each.Value)))),
            JsonArray all => new JsonArray([.. all.Select(Normalize)]),
            JsonValue value when value.GetValueKind() == JsonValueKind.String => Kind(value.GetValue<string>()),
            JsonValue value
                when value.GetValueKind() == JsonValueKind.Number && value.GetValue<long>() > 1_000_000_000_000 =>
                "(time)",
            _ => node?.DeepClone(),
        };

    private static string Kind(string text) =>
        Id().IsMatch(text) ? "(id)"
        : Guid.TryParseExact(text, "D", out _) ? "(cid)"
        : Request().IsMatch(text) ? "(request)"
        : text.EndsWith("...", StringComparison.Ordinal) || Token().IsMatch(text) ? "(token)"
        : text;

    [GeneratedRegex(
        @"^```sh\n(?<commands>.*?)^```\n(\n(?<answer>Answer (?<status>\d+)[^\n]*)\n(\n```json\n(?<json>.*?)^```\n)?)?",
        RegexOptions.Singleline | RegexOptions.Multiline
    )]
    private static partial Regex Block();

    [GeneratedRegex(@"[Kk]eep `(?<field>\w+)` as `\$(?<name>\w+)`")]
    private static partial Regex Keep();

    [GeneratedRegex("^[A-Za-z0-9_-]{22}$")]
    private static partial Regex Id();

    [GeneratedRegex("^[A-Za-z0-9_.-]{60,}$")]
    private static partial Regex Token();

    [GeneratedRegex("^[0-9A-Z]{13}:[0-9A-F]{8}$")]
    private static partial Regex Request();

    /// <param name="Commands">For bash.</param>
    /// <param name="Status">The status of the answer; null when the commands ask nothing.</param>
    /// <param name="Json">The body of the answer.</param>
    /// <param name="Keep">Fields of the answer that later commands use, and under which name.</param>
    internal sealed record Step(
        string Commands,
        int? Status,
        string Json,
        IReadOnlyList<(string Field, string Name)> Keep
    );
}
